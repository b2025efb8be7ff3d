import { ArrowDown } from 'lucide-react'
import { useLayoutEffect, useRef, useState } from 'react'
import { useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { PrivateCard } from '../later'
import { useLive } from '../room-context'
import { ChatLine } from './chat-line'
import { useSendComment } from './use-send-comment'

const SHOWN = 80

/** The last lines of the chat. Follows the newest one unless somebody has scrolled up to read. */
export function ChatList({ overVideo, className }: { overVideo?: boolean; className?: string }) {
  const t = useT()
  const chat = useLive((state) => state.chat)
  const { retry } = useSendComment()
  const list = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  const [behind, setBehind] = useState(false)
  const newest = chat.at(-1)?.id

  useLayoutEffect(() => {
    const node = list.current
    if (node && follows.current) node.scrollTop = node.scrollHeight
    else if (node) setBehind(true)
  }, [newest])

  const toNewest = () => {
    const node = list.current
    if (!node) return
    follows.current = true
    setBehind(false)
    node.scrollTop = node.scrollHeight
  }
  const onScroll = () => {
    const node = list.current
    if (!node) return
    follows.current = node.scrollHeight - node.scrollTop - node.clientHeight < 40
    if (follows.current) setBehind(false)
  }
  return (
    <div className={cx('relative flex min-h-0 flex-col', className)}>
      <div
        ref={list}
        onScroll={onScroll}
        role="log"
        aria-label={t('room.chat')}
        tabIndex={0}
        className={cx('no-scrollbar flex min-h-0 grow flex-col overflow-y-auto overscroll-contain', overVideo && '[mask-image:linear-gradient(transparent,black_22%)] pt-6')}
      >
        <span aria-hidden className="mt-auto" />
        {chat.length === 0 ? <p className={cx('px-2 text-sm', overVideo ? 'text-over-video text-white/85' : 'text-muted')}>{t('room.chat-empty')}</p> : null}
        <ul className="flex flex-col gap-1.5">
          {chat.slice(-SHOWN).map((message) =>
            message.secret ? (
              <PrivateCard key={message.id} message={message} overVideo={overVideo ?? false} />
            ) : (
              <ChatLine key={message.id} message={message} overVideo={overVideo ?? false} onRetry={retry} />
            ),
          )}
        </ul>
      </div>
      {behind ? (
        <button type="button" onClick={toNewest} className="absolute bottom-1 left-1/2 inline-flex min-h-9 -translate-x-1/2 items-center gap-1.5 rounded-pill bg-lantern px-3.5 text-xs font-bold text-on-lantern shadow-card">
          <ArrowDown aria-hidden className="size-3.5" />
          {t('room.new-messages')}
        </button>
      ) : null}
    </div>
  )
}
