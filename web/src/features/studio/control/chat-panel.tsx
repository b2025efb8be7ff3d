import { ArrowDown, Megaphone, MessagesSquare, Pin, X } from 'lucide-react'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useT } from '@/shared/i18n/store'
import type { ChatMessage } from '@/shared/realtime/frames'
import { IconButton } from '@/shared/ui/button'
import { useMay } from '../shop-context'
import { ChatBox } from './chat-box'
import { ChatRow, isStaff } from './chat-row'
import { ClaimForSheet } from './claim-for-sheet'
import { useFloor, useRepairs, useRoomPart, useShowClaims } from './floor-context'
import { guessOrder } from './guess-order'
import { MessageSheet } from './message-sheet'
import { Panel } from './panel'
import { RuleChips } from './safety/rule-chips'
import { SafetyButton } from './safety/safety-button'
import { settledComments } from './settled-comments'
import { SlowMode } from './slow-mode'
import { useModeration } from './use-moderation'

const SHOWN = 120

/** Comments that wait for a helper to say what they order, and those that have become a claim. */
function useOrderComments(chat: readonly ChatMessage[]) {
  const items = useRoomPart((state) => state.items)
  const pinned = useRoomPart((state) => state.pinned)
  const { claims } = useShowClaims()
  const repairs = useRepairs()
  return useMemo(() => {
    const open = new Set(repairs.map((repair) => repair.message_id))
    const orders = chat.filter((message) => !isStaff(message) && !open.has(message.id) && guessOrder(message.text, items, pinned))
    return { open, settled: settledComments(orders, claims) }
  }, [chat, items, pinned, claims, repairs])
}

/** Follows the newest line unless somebody has scrolled up to read. */
function useFollow(newest: string | undefined) {
  const list = useRef<HTMLUListElement>(null)
  const follows = useRef(true)
  const [behind, setBehind] = useState(false)
  useLayoutEffect(() => {
    const node = list.current
    if (node && follows.current) node.scrollTop = node.scrollHeight
  }, [newest])
  const onScroll = () => {
    const node = list.current
    if (!node) return
    follows.current = node.scrollHeight - node.scrollTop - node.clientHeight < 40
    setBehind(!follows.current)
  }
  const toNewest = () => list.current?.scrollTo({ top: list.current.scrollHeight })
  return { list, behind, onScroll, toNewest }
}

function ChatTools() {
  return (
    <span className="flex items-center">
      <SlowMode />
      <SafetyButton />
    </span>
  )
}

export function ChatPanel({ className }: { className?: string }) {
  const t = useT()
  const mayModerate = useMay('moderate')
  const { show } = useFloor()
  const mayClaim = useMay('claimFor') && show.state !== 'ended'
  const chat = useRoomPart((state) => state.chat)
  const pinned = useRoomPart((state) => state.pinnedMessage)
  const announcement = useRoomPart((state) => state.announcement)
  const moderate = useModeration()
  const comments = useOrderComments(chat)
  const [opened, setOpened] = useState<ChatMessage | null>(null)
  const [ordered, setOrdered] = useState<ChatMessage | null>(null)
  const { list, behind, onScroll, toNewest } = useFollow(chat.at(-1)?.id)
  return (
    <Panel title={t('room.chat')} icon={<MessagesSquare aria-hidden />} fill className={className ?? ''} aside={mayModerate ? <ChatTools /> : null}>
      {mayModerate ? <RuleChips /> : null}
      {announcement ? (
        <p className="mb-1.5 flex items-start gap-2 rounded-xl bg-amber px-3 py-2 text-sm font-semibold text-ink">
          <Megaphone aria-hidden className="mt-0.5 size-4 shrink-0" />
          {announcement.text}
        </p>
      ) : null}
      {pinned ? (
        <div className="mb-1.5 flex items-center gap-2 rounded-xl bg-raised py-0.5 pr-0.5 pl-3 text-sm">
          <Pin aria-hidden className="size-4 shrink-0 text-gold" />
          <span className="min-w-0 grow truncate">{pinned}</span>
          {mayModerate ? (
            <IconButton label={t('studio.unpin-message')} onClick={() => moderate({ action: 'pin_message', message_id: null })}>
              <X aria-hidden className="size-4" />
            </IconButton>
          ) : null}
        </div>
      ) : null}
      <div className="relative flex min-h-0 grow flex-col">
        <ul ref={list} onScroll={onScroll} role="log" aria-label={t('room.chat')} tabIndex={0} className="-mx-1.5 flex min-h-0 grow flex-col gap-0.5 overflow-y-auto overscroll-contain">
          <li aria-hidden className="mt-auto" />
          {chat.length === 0 ? <li className="px-2 py-4 text-sm text-muted">{t('studio.chat-empty')}</li> : null}
          {chat.slice(-SHOWN).map((message) => (
            <ChatRow key={message.id} message={message} order={comments.open.has(message.id) ? 'open' : comments.settled.has(message.id) ? 'settled' : null} onOpen={mayModerate ? setOpened : null} onClaim={mayClaim ? setOrdered : null} />
          ))}
        </ul>
        {behind ? (
          <button type="button" onClick={toNewest} className="absolute bottom-1 left-1/2 inline-flex min-h-9 -translate-x-1/2 items-center gap-1.5 rounded-pill bg-lantern px-3.5 text-xs font-bold text-on-lantern shadow-card">
            <ArrowDown aria-hidden className="size-3.5" />
            {t('room.new-messages')}
          </button>
        ) : null}
      </div>
      <ChatBox />
      {opened ? (
        <MessageSheet
          message={opened}
          onClose={() => setOpened(null)}
          onClaim={() => {
            setOrdered(opened)
            setOpened(null)
          }}
        />
      ) : null}
      {ordered ? <ClaimForSheet message={ordered} onClose={() => setOrdered(null)} /> : null}
    </Panel>
  )
}
