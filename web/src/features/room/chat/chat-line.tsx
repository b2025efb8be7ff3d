import { memo } from 'react'
import { RotateCcw } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import type { ChatMessage } from '@/shared/realtime/frames'
import { cx } from '@/shared/ui/classes'
import { isOrder } from './order-look'

const NAME_TONES = ['text-[#ffb38a]', 'text-[#8fd3ff]', 'text-[#b7a6ff]', 'text-[#8ff0c0]', 'text-[#ffd479]', 'text-[#ff9fc3]']

function tone(id: string): string {
  let sum = 0
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 997
  return NAME_TONES[sum % NAME_TONES.length] ?? ''
}

interface Props {
  message: ChatMessage
  overVideo?: boolean
  onRetry?: (message: ChatMessage) => void
}

export const ChatLine = memo(function ChatLine({ message, overVideo, onRetry }: Props) {
  const t = useT()
  const { user, text, pending } = message
  const isHost = user.role === 'host' || user.role === 'owner'
  const isStaff = !isHost && user.role !== 'buyer'
  return (
    <li
      className={cx(
        'w-fit max-w-full animate-rise text-[14px] leading-snug',
        overVideo ? 'rounded-2xl bg-black/45 px-3 py-1.5 text-white backdrop-blur-[3px]' : 'rounded-xl px-2 py-1 text-text',
        pending === 'sending' && 'opacity-60',
      )}
    >
      {isHost || isStaff ? (
        <span className={cx('mr-1.5 inline-block rounded-md px-1.5 text-[11px] leading-5 font-bold', isHost ? 'bg-lantern text-on-lantern' : 'bg-amber text-ink')}>
          {t(isHost ? 'room.host' : 'room.staff')}
        </span>
      ) : null}
      <span className={cx('font-semibold', tone(user.id))}>{user.name}</span>{' '}
      <span className={cx(isOrder(text) && 'rounded-md bg-amber/25 px-1.5 py-px font-bold text-amber')}>{text}</span>
      {pending === 'failed' ? (
        <button type="button" onClick={() => onRetry?.(message)} className="ml-2 inline-flex items-center gap-1 text-xs font-semibold text-[#ff9a85] underline">
          <RotateCcw aria-hidden className="size-3" />
          {t('room.not-sent')}
        </button>
      ) : null}
    </li>
  )
})
