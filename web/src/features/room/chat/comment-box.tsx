import { SendHorizontal } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { useT } from '@/shared/i18n/store'
import { askSignIn } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'
import { cx } from '@/shared/ui/classes'
import { useLive } from '../room-context'
import { isOrder } from './order-look'
import { useSendComment } from './use-send-comment'

export const COMMENT_INPUT = 'room-comment'

/** One line for talking and for ordering; the hint shows how an order looks, with the item on screen. */
export function CommentBox({ overVideo }: { overVideo?: boolean }) {
  const t = useT()
  const status = useSession((session) => session.status)
  const code = useLive((state) => state.items.find((item) => item.id === state.pinned)?.code ?? state.items[0]?.code)
  const refusal = useLive((state) => state.refusal)
  const { send } = useSendComment()
  const [text, setText] = useState('')
  const [seen, setSeen] = useState(refusal)
  // What was refused comes back to be changed; an order has been taken all the same.
  if (refusal !== seen) {
    setSeen(refusal)
    if (refusal && !text && !isOrder(refusal.text)) setText(refusal.text)
  }
  const shape = cx(
    'flex min-h-12 min-w-0 grow items-center rounded-pill pl-4 text-[15px]',
    overVideo ? 'border border-white/20 bg-black/50 text-white backdrop-blur-md' : 'border border-line bg-raised',
  )
  if (status !== 'user') {
    return (
      <button type="button" onClick={() => askSignIn()} className={cx(shape, 'pr-4 text-left', overVideo ? 'text-white/90' : 'text-muted')}>
        <span className="truncate">{t('room.comment-guest')}</span>
      </button>
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!text.trim()) return
    send(text)
    setText('')
  }
  const hint = code ? t('room.comment-hint', { code }) : t('room.comment-plain')
  return (
    <form onSubmit={submit} className={cx(shape, 'pr-1')}>
      <input
        id={COMMENT_INPUT}
        aria-label={t('room.comment-label')}
        placeholder={hint}
        value={text}
        maxLength={200}
        enterKeyHint="send"
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        className={cx('w-full min-w-0 bg-transparent text-base outline-none focus-visible:outline-none', overVideo ? 'placeholder:text-white/80' : 'placeholder:text-muted')}
      />
      {text.trim() ? (
        <button type="submit" aria-label={t('room.send')} className="grid size-10 shrink-0 place-items-center rounded-full bg-lantern text-on-lantern">
          <SendHorizontal aria-hidden className="size-5" />
        </button>
      ) : null}
    </form>
  )
}
