import type { StreamItem, StreamState } from '@/api/types'
import type { ChatMessage, ClaimResult, RoomMe, RoomRules, RoomSnapshot } from './frames'

export interface RoomState {
  ready: boolean
  epoch: string | null
  /** Number of the last numbered frame that is in here. */
  seq: number
  /** `gap`: a numbered frame is missing and nothing after it is taken; `reset`: the room has a new epoch and will come anew. */
  sync: 'good' | 'gap' | 'reset'
  privateSeq: number | null
  role: string
  state: StreamState
  /** Who carries the picture, once the room has said so. */
  provider?: string
  pinned: string | null
  pinnedAt: number
  items: StreamItem[]
  viewers: number
  chat: ChatMessage[]
  lastClaim: { at: number; result: ClaimResult } | null
  /** The place in the line of this room; null outside it. */
  queuePosition: number | null
  queueItem: string | null
  /** Set while it is this person's turn. */
  turn: { until: string | null } | null
  muted: boolean
  /** Unix seconds; null when no end was said. */
  mutedUntil: number | null
  rules: RoomRules
  announcement: { id: string; text: string } | null
  pinnedMessage: string | null
  hearts: number
  /** Who came in lately, and how many came in since this device did. */
  joined: { names: string[]; total: number }
  /** False while the server itself hears nothing new: what is shown may be old. */
  fresh: boolean
  sold: { at: number; name: string; code: string } | null
  orderTick: number
  /** How many comments wait on the repair list, as told to the people of the shop; null before anything was told. */
  repairWaiting: number | null
}

export const CHAT_LIMIT = 200

export const openRules: RoomRules = { slow_mode_seconds: 0, followers_only_minutes: null, links: 'allow', contacts: 'allow', raid_until: null }

export const emptyRoom: RoomState = {
  ready: false,
  epoch: null,
  seq: 0,
  sync: 'good',
  privateSeq: null,
  role: 'buyer',
  state: 'scheduled',
  pinned: null,
  pinnedAt: 0,
  items: [],
  viewers: 0,
  chat: [],
  lastClaim: null,
  queuePosition: null,
  queueItem: null,
  turn: null,
  muted: false,
  mutedUntil: null,
  rules: openRules,
  announcement: null,
  pinnedMessage: null,
  hearts: 0,
  joined: { names: [], total: 0 },
  fresh: true,
  sold: null,
  orderTick: 0,
  repairWaiting: null,
}

const inOrder = (chat: ChatMessage[]) => chat.sort((a, b) => a.at - b.at).slice(-CHAT_LIMIT)

/** What this device has to keep when the chat comes anew: its own unsettled words, and words for this person alone. */
const kept = (old: ChatMessage[], chat: ChatMessage[]) => {
  const known = new Set(old.map((message) => message.id))
  const isEcho = (mine: ChatMessage) => chat.some((other) => !known.has(other.id) && other.user.id === mine.user.id && other.text === mine.text)
  return old.filter((message) => message.secret ?? (message.pending && !(message.pending === 'sending' && isEcho(message))))
}

const personal = (state: RoomState, me: RoomMe) => ({
  role: me.role ?? state.role,
  queuePosition: me.queue_position === undefined ? state.queuePosition : me.queue_position,
  turn: me.queue === undefined ? state.turn : me.queue.turn ? { until: me.queue.turn_expires_at } : null,
  muted: me.muted ?? state.muted,
})

/** The room as a snapshot has it. What comes after is numbered from its `seq` on. */
export function fromSnapshot(state: RoomState, snapshot: RoomSnapshot): RoomState {
  const { pinned } = snapshot
  return {
    ...state,
    ready: true,
    epoch: snapshot.epoch,
    seq: snapshot.seq,
    sync: 'good',
    state: snapshot.state,
    pinned,
    pinnedAt: pinned === state.pinned ? state.pinnedAt : state.pinnedAt + 1,
    items: snapshot.items,
    viewers: snapshot.viewers,
    chat: inOrder([...snapshot.chat, ...kept(state.chat, snapshot.chat)]),
    ...personal(state, snapshot.me ?? {}),
    rules: { ...state.rules, ...(snapshot.slow_mode !== undefined && { slow_mode_seconds: snapshot.slow_mode }), ...snapshot.rules },
    pinnedMessage: snapshot.pinned_message?.text ?? null,
  }
}

/** While the line is open it alone moves the numbered part of the room; a snapshot beside it only brings what has no number. */
export function reconcile(state: RoomState, snapshot: RoomSnapshot): RoomState {
  const fresh = new Map(snapshot.items.map((item) => [item.id, item]))
  const items = state.items.map((item) => {
    const now = fresh.get(item.id)
    if (!now) return item
    const left = new Map(now.product.variants.map((variant) => [variant.id, variant.available]))
    const variants = item.product.variants.map((variant) => ({ ...variant, available: left.get(variant.id) ?? variant.available }))
    return { ...item, available: now.available, product: { ...item.product, variants } }
  })
  return { ...state, items, viewers: snapshot.viewers, ...personal(state, snapshot.me ?? {}) }
}
