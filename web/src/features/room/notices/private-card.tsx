import { LockKeyhole } from 'lucide-react'
import { useEffect } from 'react'
import { serverNow } from '@/shared/hooks/now'
import { useT } from '@/shared/i18n/store'
import type { ChatMessage } from '@/shared/realtime/frames'
import { cx } from '@/shared/ui/classes'
import { notify } from '@/shared/ui/notice'

const FRESH_MS = 15_000
const told = new Set<string>()

/** Words of the shop for this person alone; looks unlike the chat, so that nobody takes it for public. */
export default function PrivateCard({ message, overVideo }: { message: ChatMessage; overVideo: boolean }) {
  const t = useT()
  const { id, user, text, secret, at } = message
  // In a lively chat the card is soon out of sight, so it is also said once.
  useEffect(() => {
    if (told.has(id) || serverNow() - at > FRESH_MS) return
    told.add(id)
    notify(`${t('room.private-from', { name: user.name })}: ${text}`)
  }, [id, at, user.name, text, t])
  return (
    <li className={cx('w-full animate-rise rounded-2xl border border-sky/60 px-3 py-2 text-[14px] leading-snug', overVideo ? 'bg-[#0d2140]/88 text-white backdrop-blur-[3px]' : 'bg-sky/12')}>
      <p className={cx('flex flex-wrap items-center gap-x-1.5 text-xs leading-5 font-semibold', overVideo ? 'text-[#a9cbff]' : 'text-link')}>
        <LockKeyhole aria-hidden className="size-3.5 shrink-0" />
        <span>{t('room.private-from', { name: user.name })}</span>
        <span className="font-normal">· {t('room.private')}</span>
      </p>
      {secret?.quote ? (
        <blockquote className={cx('my-1 border-l-2 border-sky/70 pl-2 text-[13px]', overVideo ? 'text-white/80' : 'text-muted')}>
          <span className="sr-only">{t('room.private-quote')}: </span>
          <span className="line-clamp-2">{secret.quote}</span>
        </blockquote>
      ) : null}
      <p className="font-medium">{text}</p>
    </li>
  )
}
