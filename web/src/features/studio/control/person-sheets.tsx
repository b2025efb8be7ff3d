import { useState, type FormEvent } from 'react'
import { useT } from '@/shared/i18n/store'
import type { ChatMessage } from '@/shared/realtime/frames'
import { Button } from '@/shared/ui/button'
import { AreaField } from '@/shared/ui/field'
import { Sheet } from '@/shared/ui/sheet'
import { ConfirmSheet } from '../parts/confirm-sheet'
import { useModeration } from './use-moderation'

const LONGEST = 200
const FORM = 'private-reply'

interface Props {
  user: ChatMessage['user']
  onClose: () => void
}

export function BanSheet({ user, onClose }: Props) {
  const t = useT()
  const moderate = useModeration()
  const [wipe, setWipe] = useState(true)
  return (
    <ConfirmSheet
      title={t('studio.ban')}
      text={t('studio.ban-text', { name: user.name })}
      action={t('studio.ban')}
      danger
      onClose={onClose}
      onConfirm={() => moderate({ action: 'ban', user_id: user.id, delete_messages: wipe }, onClose)}
    >
      <label className="flex min-h-12 cursor-pointer items-center gap-3 rounded-xl bg-raised px-3.5 py-2">
        <input type="checkbox" checked={wipe} onChange={(event) => setWipe(event.target.checked)} className="size-5 shrink-0 accent-lantern" />
        {t('studio.ban-delete')}
      </label>
    </ConfirmSheet>
  )
}

export function DeleteAllSheet({ user, onClose }: Props) {
  const t = useT()
  const moderate = useModeration()
  return (
    <ConfirmSheet
      title={t('studio.delete-all', { name: user.name })}
      text={t('studio.delete-all-text', { name: user.name })}
      action={t('action.delete')}
      danger
      onClose={onClose}
      onConfirm={() => moderate({ action: 'delete', user_id: user.id }, onClose)}
    />
  )
}

/** Words for one person alone, in answer to what they wrote. */
export function ReplySheet({ message, onClose }: { message: ChatMessage; onClose: () => void }) {
  const t = useT()
  const moderate = useModeration()
  const [text, setText] = useState('')
  const { id: user_id, name } = message.user
  const clean = text.trim()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (clean) moderate({ action: 'reply', user_id, message_id: message.id, text: clean }, onClose, name)
  }
  return (
    <Sheet
      title={t('studio.reply-to', { name })}
      onClose={onClose}
      footer={
        <div className="pb-1">
          <Button type="submit" form={FORM} wide size="large" disabled={!clean}>
            {t('studio.reply-send', { name })}
          </Button>
        </div>
      }
    >
      <form id={FORM} onSubmit={submit} className="grid gap-3">
        <blockquote className="rounded-xl bg-raised px-4 py-3">{message.text}</blockquote>
        <AreaField label={t('studio.reply-label')} hint={t('studio.reply-text', { name })} value={text} maxLength={LONGEST} autoFocus onChange={(event) => setText(event.target.value)} />
      </form>
    </Sheet>
  )
}
