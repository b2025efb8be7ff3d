import { Pin } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { useLive } from '../room-context'

/** The message held above the chat: one line, opened by a tap when it is longer. */
export default function PinnedLine({ overVideo }: { overVideo?: boolean }) {
  const t = useT()
  const text = useLive((state) => state.pinnedMessage)
  const [whole, setWhole] = useState<string | null>(null)
  if (!text) return null
  const open = whole === text
  return (
    <button
      type="button"
      aria-expanded={open}
      onClick={() => setWhole(open ? null : text)}
      className={cx('flex min-h-11 w-full max-w-md shrink-0 items-start gap-2 rounded-xl px-3 py-2.5 text-left text-sm leading-snug', overVideo ? 'bg-black/55 text-white backdrop-blur-[3px]' : 'bg-raised')}
    >
      <Pin aria-hidden className="mt-0.5 size-4 shrink-0 text-amber" />
      <span className="sr-only">{t('room.pinned-message')}: </span>
      <span className={cx('min-w-0 grow', open ? 'max-h-32 overflow-y-auto' : 'truncate')}>{text}</span>
    </button>
  )
}
