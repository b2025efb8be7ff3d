import { Check, EllipsisVertical, EyeOff, HandHelping } from 'lucide-react'
import { memo } from 'react'
import { useT } from '@/shared/i18n/store'
import type { ChatMessage } from '@/shared/realtime/frames'
import { cx } from '@/shared/ui/classes'

const STAFF = new Set(['owner', 'host', 'moderator', 'packer', 'staff'])
export const isStaff = (message: ChatMessage) => STAFF.has(message.user.role)

interface Props {
  message: ChatMessage
  /** Whether it orders something, and whether that has been done. */
  order: 'open' | 'settled' | null
  onOpen: ((message: ChatMessage) => void) | null
  onClaim: ((message: ChatMessage) => void) | null
}

/** A line of the chat; one that looks like an order offers to be one. */
export const ChatRow = memo(function ChatRow({ message, order, onOpen, onClaim }: Props) {
  const t = useT()
  const { user, text } = message
  const staff = isStaff(message)
  const host = user.role === 'owner' || user.role === 'host'
  return (
    <li className="group flex items-start gap-1 rounded-lg px-1.5 py-1 text-sm leading-snug hover:bg-raised">
      <div className="min-w-0 grow py-1">
        {staff ? (
          <span className={cx('mr-1.5 inline-block rounded-md px-1.5 text-[11px] leading-5 font-bold', host ? 'bg-lantern text-on-lantern' : 'bg-amber text-ink')}>{t(host ? 'room.host' : 'room.staff')}</span>
        ) : null}
        <span className="font-semibold text-muted">{user.name}</span> <span className={cx(order && 'font-bold text-gold', message.shadow && 'opacity-60')}>{text}</span>
        {message.shadow ? (
          <span title={t('studio.shadow-note')} className="ml-1.5 inline-block align-[-2px] text-muted">
            <EyeOff aria-hidden className="size-3.5" />
            <span className="sr-only">{t('studio.shadow-note')}</span>
          </span>
        ) : null}
      </div>
      {order === 'settled' ? (
        <span className="inline-flex min-h-9 shrink-0 items-center gap-1 px-1.5 text-xs font-semibold text-leaf">
          <Check aria-hidden className="size-3.5" />
          {t('studio.claim-done')}
        </span>
      ) : null}
      {order === 'open' && onClaim ? (
        <button type="button" onClick={() => onClaim(message)} className="inline-flex min-h-9 shrink-0 items-center gap-1 rounded-pill bg-amber/15 pointer-coarse:min-h-11 px-2.5 text-xs font-bold text-gold hover:bg-amber/25">
          <HandHelping aria-hidden className="size-3.5" />
          {t('studio.claim-for-short')}
        </button>
      ) : null}
      {onOpen ? (
        <button type="button" aria-label={t('studio.message-actions', { name: user.name })} onClick={() => onOpen(message)} className="grid size-9 shrink-0 place-items-center rounded-full text-muted pointer-coarse:size-11 hover:text-text">
          <EllipsisVertical aria-hidden className="size-4.5" />
        </button>
      ) : null}
    </li>
  )
})
