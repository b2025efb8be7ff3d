import type { StreamItem, StreamState } from '@/api/types'
import type { ChatMessage, ClaimResult, Frame, ItemFrame, ReactionFrame, RoomRules, RoomSnapshot, SoldFrame, StockFrame } from './frames'

export interface RoomState {
  ready: boolean
  epoch: string | number | null
  seq: number
  privateSeq: number | null
  role: string
  state: StreamState
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
}

export const CHAT_LIMIT = 200

export const openRules: RoomRules = { slow_mode_seconds: 0, followers_only_minutes: null, links: 'allow', contacts: 'allow', raid_until: null }

export const emptyRoom: RoomState = {
  ready: false,
  epoch: null,
  seq: 0,
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
}

const record = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {})
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const inOrder = (chat: ChatMessage[]) => chat.sort((a, b) => a.at - b.at).slice(-CHAT_LIMIT)

export function fromSnapshot(state: RoomState, snapshot: RoomSnapshot): RoomState {
  const me = snapshot.me ?? {}
  const { pinned } = snapshot
  return {
    ...state,
    ready: true,
    epoch: snapshot.epoch,
    seq: snapshot.seq,
    state: snapshot.state,
    pinned,
    pinnedAt: pinned === state.pinned ? state.pinnedAt : state.pinnedAt + 1,
    items: snapshot.items,
    viewers: snapshot.viewers,
    chat: inOrder([...snapshot.chat, ...state.chat.filter((message) => message.pending ?? message.secret)]),
    role: me.role ?? state.role,
    queuePosition: me.queue_position === undefined ? state.queuePosition : me.queue_position,
    turn: me.queue === undefined ? state.turn : me.queue.turn ? { until: me.queue.turn_expires_at } : null,
    muted: me.muted ?? state.muted,
    rules: { ...state.rules, ...(snapshot.slow_mode !== undefined && { slow_mode_seconds: snapshot.slow_mode }), ...snapshot.rules },
    pinnedMessage: snapshot.pinned_message?.text ?? null,
  }
}

type Step = (state: RoomState, data: Record<string, unknown>, frame: Frame) => RoomState

function withItem(state: RoomState, id: string, change: (item: StreamItem) => StreamItem): RoomState {
  return { ...state, items: state.items.map((item) => (item.id === id ? change(item) : item)) }
}

const chatMessage: Step = (state, data, frame) => {
  const user = record(data['user'])
  const id = text(data['id'])
  if (!id || state.chat.some((message) => message.id === id)) return state
  const message: ChatMessage = {
    id,
    user: { id: text(user['id']) ?? '', name: text(user['name']) ?? '', role: text(user['role']) ?? 'buyer' },
    text: text(data['text']) ?? '',
    at: frame.at ?? 0,
    ...(data['shadow'] === true && { shadow: true }),
  }
  const waiting = state.chat.findIndex((other) => other.pending === 'sending' && other.user.id === message.user.id && other.text === message.text)
  const chat = waiting >= 0 ? state.chat.filter((_, index) => index !== waiting) : state.chat
  return { ...state, chat: [...chat, message].slice(-CHAT_LIMIT) }
}

const privateReply: Step = (state, data, frame) => {
  const from = record(data['from'])
  const id = text(data['id'])
  if (!id || state.chat.some((message) => message.id === id)) return state
  const quoted = state.chat.find((message) => message.id === data['in_reply_to'])
  const message: ChatMessage = {
    id,
    user: { id: text(from['id']) ?? '', name: text(from['name']) ?? '', role: text(from['role']) ?? 'host' },
    text: text(data['text']) ?? '',
    at: frame.at ?? 0,
    secret: { quote: text(data['quote']) ?? quoted?.text ?? null },
  }
  return { ...state, chat: [...state.chat, message].slice(-CHAT_LIMIT) }
}

const queuePosition: Step = (state, data) => ({
  ...state,
  queuePosition: typeof data['position'] === 'number' ? data['position'] : null,
  queueItem: text(data['item_id']),
  turn: data['turn'] === true ? { until: text(data['turn_expires_at']) } : null,
})

const joined: Step = (state, data) => {
  const names = (Array.isArray(data['names']) ? data['names'] : []).filter((name) => typeof name === 'string')
  return { ...state, joined: { names, total: state.joined.total + Math.max(names.length, Number(data['count']) || 0) } }
}

const itemUpdated: Step = (state, data) => {
  const frame = data as ItemFrame
  const item = frame.item ?? (text(data['id']) && data['product'] ? (data as unknown as StreamItem) : undefined)
  const id = item?.id ?? frame.item_id
  if (!id) return state
  if (frame.removed) return { ...state, items: state.items.filter((other) => other.id !== id) }
  if (!item) return withItem(state, id, (old) => ({ ...old, ...(data as Partial<StreamItem>), id }))
  const known = state.items.some((other) => other.id === id)
  return { ...state, items: known ? state.items.map((other) => (other.id === id ? { ...other, ...item } : other)) : [...state.items, item] }
}

const stockChanged: Step = (state, data) => {
  const { item_id: id, item_available: total, available, variants = {} } = data as StockFrame
  if (!id) return state
  return withItem(state, id, (item) => ({
    ...item,
    available: total ?? available ?? item.available,
    product: { ...item.product, variants: item.product.variants.map((variant) => ({ ...variant, available: variants[variant.id] ?? variant.available })) },
  }))
}

const claimResult: Step = (state, data, frame) => ({ ...state, lastClaim: { at: frame.at ?? 0, result: data as ClaimResult } })

const heartsOf = ({ count }: ReactionFrame) => (typeof count === 'number' && count > 0 ? count : 0)

const sold: Step = (state, data, frame) => {
  const row = data as SoldFrame
  const code = row.code ?? state.items.find((item) => item.id === row.item_id)?.code ?? ''
  return { ...state, sold: { at: frame.at ?? 0, name: row.name ?? row.user?.name ?? '', code } }
}

const steps: Record<string, Step> = {
  'chat-message': chatMessage,
  'chat-deleted': (state, data) => {
    const ids = new Set([text(data['id']), text(data['message_id']), ...(Array.isArray(data['ids']) ? (data['ids'] as string[]) : [])])
    const author = text(data['user_id'])
    return { ...state, chat: state.chat.filter((message) => !ids.has(message.id) && (!author || message.user.id !== author)) }
  },
  'message-pinned': (state, data) => ({ ...state, pinnedMessage: text(record(data['message'])['text']) }),
  announcement: (state, data, frame) => ({ ...state, announcement: { id: text(data['id']) ?? String(frame.at ?? 0), text: text(data['text']) ?? '' } }),
  'viewer-count': (state, data) => ({ ...state, viewers: Number(data['count'] ?? state.viewers) }),
  reaction: (state, data) => ({ ...state, hearts: state.hearts + heartsOf(data as ReactionFrame) }),
  'spotlight-product': (state, data) => {
    const pinned = text(data['item_id'])
    return { ...state, pinned, pinnedAt: state.pinnedAt + 1, items: state.items.map((item) => ({ ...item, pinned: item.id === pinned })) }
  },
  'item-updated': itemUpdated,
  'stock-changed': stockChanged,
  'claim-result': claimResult,
  'order-updated': (state) => ({ ...state, orderTick: state.orderTick + 1 }),
  sold,
  joined,
  'private-reply': privateReply,
  'queue-position': queuePosition,
  'room-rules': (state, data) => ({ ...state, rules: { ...state.rules, ...(data as Partial<RoomRules>) } }),
  'room-health': (state, data) => ({ ...state, fresh: data['live'] !== false }),
  'stream-status': (state, data) => ({ ...state, state: (text(data['state']) ?? state.state) as StreamState }),
  'slow-mode': (state, data) => ({ ...state, rules: { ...state.rules, slow_mode_seconds: Number(data['seconds']) || 0 } }),
  muted: (state, data) => ({ ...state, muted: data['muted'] !== false, mutedUntil: typeof data['until'] === 'number' ? data['until'] : null }),
  'room-state': (state, data) => fromSnapshot(state, { chat: state.chat, me: null, ...(data as Partial<RoomSnapshot>) } as RoomSnapshot),
}

/** Applies a batch of frames. Pure: the same frames always give the same room. Kept frames already seen are skipped. */
export function reduceFrames(state: RoomState, frames: readonly Frame[]): RoomState {
  return frames.reduce((room, frame) => {
    const step = steps[frame.t]
    if (!step) return room
    if (typeof frame.n === 'number') {
      if (room.privateSeq !== null && frame.n <= room.privateSeq) return room
      return { ...step(room, record(frame.d), frame), privateSeq: frame.n }
    }
    const kept = typeof frame.s === 'number' && frame.t !== 'room-state'
    if (kept && frame.s! <= room.seq && frame.t !== 'chat-message') return room
    const next = step(room, record(frame.d), frame)
    return kept ? { ...next, seq: Math.max(next.seq, frame.s!) } : next
  }, state)
}
