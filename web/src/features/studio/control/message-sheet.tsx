import { useQuery } from '@tanstack/react-query'
import { Ban, EyeOff, HandHelping, MessageCircle, Pin, Reply, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/shared/i18n/store'
import type { ChatMessage } from '@/shared/realtime/frames'
import { useUser } from '@/shared/session/session'
import { Sheet } from '@/shared/ui/sheet'
import { deskQuery } from '../api/moderation'
import type { Moderation } from '../api/show-floor'
import { mayRestrict } from '../policy'
import { useMay, useShop } from '../shop-context'
import { isStaff } from './chat-row'
import { Choice } from './choice'
import { useFloor } from './floor-context'
import { MuteRow } from './mute-row'
import { BanSheet, DeleteAllSheet, ReplySheet } from './person-sheets'
import { useModeration } from './use-moderation'

/** What may be done about a message and its author, by whoever looks at it: nothing is offered that would be refused. */
export function MessageSheet({ message, onClose, onClaim }: { message: ChatMessage; onClose: () => void; onClaim: () => void }) {
  const t = useT()
  const { show } = useFloor()
  const { my_role } = useShop()
  const own = useUser()?.id === message.user.id
  const mayClaim = useMay('claimFor') && show.state !== 'ended'
  const moderate = useModeration()
  const desk = useQuery(deskQuery(show.id))
  const [step, setStep] = useState<'reply' | 'ban' | 'delete-all' | null>(null)
  const { id: user_id, name } = message.user
  const act = (action: Moderation) => moderate(action, onClose)
  if (step === 'reply') return <ReplySheet message={message} onClose={onClose} />
  if (step === 'ban') return <BanSheet user={message.user} onClose={onClose} />
  if (step === 'delete-all') return <DeleteAllSheet user={message.user} onClose={onClose} />
  const guest = !isStaff(message)
  const restrictable = !own && mayRestrict(my_role, message.user.role)
  const restricted = (kind: 'mute' | 'ban') => desk.data?.restrictions.some((row) => row.kind === kind && row.user.id === user_id)
  return (
    <Sheet title={name} onClose={onClose}>
      <p className="mb-3 rounded-xl bg-raised px-4 py-3">
        {message.text}
        {message.shadow ? (
          <span className="mt-1 flex items-center gap-1.5 text-xs text-muted">
            <EyeOff aria-hidden className="size-3.5" />
            {t('studio.shadow-note')}
          </span>
        ) : null}
      </p>
      {guest ? <Choice icon={<Reply aria-hidden />} label={t('studio.reply')} onClick={() => setStep('reply')} /> : null}
      {guest && mayClaim ? <Choice icon={<HandHelping aria-hidden />} label={t('studio.claim-for')} onClick={onClaim} /> : null}
      <Choice icon={<Pin aria-hidden />} label={t('studio.pin-message')} onClick={() => act({ action: 'pin_message', message_id: message.id })} />
      <Choice icon={<Trash2 aria-hidden />} label={t('studio.delete-message')} onClick={() => act({ action: 'delete', message_id: message.id })} />
      {restrictable ? (
        <>
          <Choice icon={<Trash2 aria-hidden />} label={t('studio.delete-all', { name })} onClick={() => setStep('delete-all')} />
          <MuteRow onMute={(how) => act({ action: 'mute', user_id, ...how })} />
          {restricted('mute') ? <Choice icon={<MessageCircle aria-hidden />} label={t('studio.unmute')} onClick={() => act({ action: 'unmute', user_id })} /> : null}
          {restricted('ban') ? (
            <Choice icon={<MessageCircle aria-hidden />} label={t('studio.unban')} onClick={() => act({ action: 'unban', user_id })} />
          ) : (
            <Choice icon={<Ban aria-hidden />} label={t('studio.ban')} danger onClick={() => setStep('ban')} />
          )}
        </>
      ) : null}
    </Sheet>
  )
}
