import { Megaphone, SendHorizontal } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { notify } from '@/shared/ui/notice'
import { cx } from '@/shared/ui/classes'
import { useModerate } from '../api/show-floor'
import { useMay } from '../shop-context'
import { useFloor } from './floor-context'
import { CHAT_INPUT } from './use-pin-keys'

/** Says something as the shop: a line in the chat, or words held above it for everybody. */
export function ChatBox() {
  const t = useT()
  const problem = useProblemText()
  const { room, show } = useFloor()
  const mayAnnounce = useMay('moderate')
  const announce = useModerate(show.id)
  const [text, setText] = useState('')
  const [loud, setLoud] = useState(false)
  const failed = (error: unknown) => notify(problem(error), 'failed')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const clean = text.trim().slice(0, 200)
    if (!clean) return
    try {
      if (loud) await announce.mutateAsync({ action: 'announce', text: clean })
      else await room.send('chat-message', { text: clean })
      setText('')
      setLoud(false)
    } catch (error) {
      failed(error)
    }
  }
  if (show.state === 'ended') return null
  return (
    <form onSubmit={(event) => void submit(event)} className={cx('mt-2 flex shrink-0 items-center rounded-pill border bg-raised pr-1', loud ? 'border-amber' : 'border-line')}>
      {mayAnnounce ? (
        <button type="button" aria-pressed={loud} aria-label={t('studio.announce')} title={t('studio.announce')} onClick={() => setLoud((on) => !on)} className={cx('grid size-11 shrink-0 place-items-center rounded-full', loud ? 'text-gold' : 'text-muted')}>
          <Megaphone aria-hidden className="size-5" />
        </button>
      ) : null}
      <input
        id={CHAT_INPUT}
        value={text}
        maxLength={200}
        autoComplete="off"
        enterKeyHint="send"
        aria-label={t('room.comment-label')}
        placeholder={t(loud ? 'studio.announce' : 'studio.chat-as-staff')}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
        className={cx('min-h-11 w-full min-w-0 bg-transparent text-base outline-none placeholder:text-muted focus-visible:outline-none', !mayAnnounce && 'pl-4')}
      />
      <button type="submit" aria-label={t('room.send')} disabled={!text.trim()} className="grid size-10 shrink-0 place-items-center rounded-full bg-lantern text-on-lantern disabled:opacity-40">
        <SendHorizontal aria-hidden className="size-5" />
      </button>
    </form>
  )
}
