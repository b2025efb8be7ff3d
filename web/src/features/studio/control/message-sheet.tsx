import { Ban, HandHelping, MessageCircle, Pin, Trash2, VolumeX } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useT } from '@/shared/i18n/store'
import type { ChatMessage } from '@/shared/realtime/frames'
import { cx } from '@/shared/ui/classes'
import { Sheet } from '@/shared/ui/sheet'
import type { Moderation } from '../api/show-floor'
import { ConfirmSheet } from '../parts/confirm-sheet'
import { useMay } from '../shop-context'
import { isStaff } from './chat-row'
import { useModeration } from './use-moderation'

const MUTE_SECONDS = 300

function Choice({ icon, label, danger, onClick }: { icon: ReactNode; label: string; danger?: boolean; onClick: () => void }) {
  return (
    <button type="button" onClick={onClick} className={cx('flex min-h-13 w-full items-center gap-3.5 rounded-xl px-3 text-left font-medium hover:bg-raised [&>svg]:size-5', danger && 'text-ember')}>
      {icon}
      {label}
    </button>
  )
}

/** What may be done about a message and its author. */
export function MessageSheet({ message, onClose, onClaim }: { message: ChatMessage; onClose: () => void; onClaim: () => void }) {
  const t = useT()
  const mayClaim = useMay('claimFor')
  const moderate = useModeration()
  const [banning, setBanning] = useState(false)
  const act = (action: Moderation) => moderate(action, onClose)
  const user_id = message.user.id
  const guest = !isStaff(message)
  if (banning) {
    return (
      <ConfirmSheet
        title={t('studio.ban')}
        text={t('studio.ban-text', { name: message.user.name })}
        action={t('studio.ban')}
        danger
        onClose={onClose}
        onConfirm={() => act({ action: 'ban', user_id })}
      />
    )
  }
  return (
    <Sheet title={message.user.name} onClose={onClose}>
      <p className="mb-3 rounded-xl bg-raised px-4 py-3">{message.text}</p>
      {guest && mayClaim ? <Choice icon={<HandHelping aria-hidden />} label={t('studio.claim-for')} onClick={onClaim} /> : null}
      <Choice icon={<Pin aria-hidden />} label={t('studio.pin-message')} onClick={() => act({ action: 'pin_message', message_id: message.id })} />
      <Choice icon={<Trash2 aria-hidden />} label={t('studio.delete-message')} onClick={() => act({ action: 'delete', message_id: message.id })} />
      {guest ? (
        <>
          <Choice icon={<VolumeX aria-hidden />} label={t('studio.mute-minutes', { count: MUTE_SECONDS / 60 })} onClick={() => act({ action: 'mute', user_id, seconds: MUTE_SECONDS })} />
          <Choice icon={<VolumeX aria-hidden />} label={t('studio.mute-show')} onClick={() => act({ action: 'mute', user_id })} />
          <Choice icon={<MessageCircle aria-hidden />} label={t('studio.unmute')} onClick={() => act({ action: 'unmute', user_id })} />
          <Choice icon={<Ban aria-hidden />} label={t('studio.ban')} danger onClick={() => setBanning(true)} />
          <Choice icon={<MessageCircle aria-hidden />} label={t('studio.unban')} onClick={() => act({ action: 'unban', user_id })} />
        </>
      ) : null}
    </Sheet>
  )
}
