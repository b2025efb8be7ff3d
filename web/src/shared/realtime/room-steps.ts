import type { ChatMessage, DataOf, Frame, NewsKind, RoomSnapshot } from './frames'
import { CHAT_LIMIT, fromSnapshot, type RoomState } from './room-view'

type Step<K extends NewsKind> = (state: RoomState, data: DataOf<K>, frame: Frame) => RoomState

const add = (chat: ChatMessage[], message: ChatMessage) => [...chat, message].slice(-CHAT_LIMIT)

const chatMessage: Step<'chat-message'> = (state, data, frame) => {
  const message: ChatMessage = { ...data, user: { ...data.user }, at: frame.at ?? 0 }
  const waiting = state.chat.findIndex((other) => other.pending === 'sending' && other.user.id === message.user.id && other.text === message.text)
  // A copy with its id was answered before its echo came: the echo says where it stands among the others.
  const chat = state.chat.filter((other, index) => index !== waiting && other.id !== message.id)
  return { ...state, chat: add(chat, message) }
}

const chatDeleted: Step<'chat-deleted'> = (state, { id, user_id: author }) => ({
  ...state,
  chat: state.chat.filter((message) => message.id !== id && (author === undefined || message.user.id !== author || message.secret)),
})

const privateReply: Step<'private-reply'> = (state, data, frame) => {
  if (state.chat.some((message) => message.id === data.id)) return state
  const quoted = state.chat.find((message) => message.id === data.in_reply_to)
  const message: ChatMessage = { id: data.id, user: data.from, text: data.text, at: frame.at ?? 0, secret: { quote: quoted?.text ?? null } }
  return { ...state, chat: add(state.chat, message) }
}

const itemUpdated: Step<'item-updated'> = (state, { item_id: id, item, removed }) => {
  if (removed) return { ...state, items: state.items.filter((other) => other.id !== id) }
  if (!item) return state
  const known = state.items.some((other) => other.id === id)
  return { ...state, items: known ? state.items.map((other) => (other.id === id ? { ...other, ...item } : other)) : [...state.items, item] }
}

const stockChanged: Step<'stock-changed'> = (state, { item_id: id, item_available: available, variants }) => ({
  ...state,
  items: state.items.map((item) => {
    if (item.id !== id) return item
    const left = item.product.variants.map((variant) => ({ ...variant, available: variants[variant.id] ?? variant.available }))
    return { ...item, available, product: { ...item.product, variants: left } }
  }),
})

const spotlight: Step<'spotlight-product'> = (state, { item_id: pinned }) => ({
  ...state,
  pinned,
  pinnedAt: state.pinnedAt + 1,
  items: state.items.map((item) => ({ ...item, pinned: item.id === pinned })),
})

const sold: Step<'sold'> = (state, { code, item_id: id, name = '' }, frame) => ({
  ...state,
  sold: { at: frame.at ?? 0, name, code: code ?? state.items.find((item) => item.id === id)?.code ?? '' },
})

const queuePosition: Step<'queue-position'> = (state, data) => ({
  ...state,
  queuePosition: data.position,
  queueItem: data.item_id,
  turn: data.turn ? { until: data.turn_expires_at } : null,
})

/** Not for the view of a room: the video call takes these. */
const elsewhere = null

/** What each kind does to the view. A kind that the contract has and this table has not is a type error. */
export const steps: { [K in NewsKind]: Step<K> | null } = {
  // The state of the socket has no personal part; what is known of it stays.
  'room-state': (state, { me, ...room }) => fromSnapshot(state, { ...room, me: { role: me.role } } as RoomSnapshot),
  // In the same epoch the numbers still hold: whatever comes first, the room anew or what was missed, will fit.
  resync: (state, { epoch }) => (epoch === state.epoch ? state : { ...state, sync: 'reset' }),
  'room-health': (state, { live }) => ({ ...state, fresh: live }),
  'stream-status': (state, data) => ({ ...state, state: data.state, provider: data.provider ?? state.provider }),
  'chat-message': chatMessage,
  'chat-deleted': chatDeleted,
  'message-pinned': (state, { message }) => ({ ...state, pinnedMessage: message?.text ?? null }),
  'private-reply': privateReply,
  announcement: (state, data) => ({ ...state, announcement: data }),
  'spotlight-product': spotlight,
  'item-updated': itemUpdated,
  'stock-changed': stockChanged,
  'viewer-count': (state, { count }) => ({ ...state, viewers: count }),
  reaction: (state, { count }) => ({ ...state, hearts: state.hearts + count }),
  joined: (state, { names, count }) => ({ ...state, joined: { names, total: state.joined.total + count } }),
  sold,
  'slow-mode': (state, { seconds }) => ({ ...state, rules: { ...state.rules, slow_mode_seconds: seconds } }),
  'room-rules': (state, rules) => ({ ...state, rules: { ...state.rules, ...rules } }),
  muted: (state, { muted, until = null }) => ({ ...state, muted, mutedUntil: until }),
  'claim-result': (state, result, frame) => ({ ...state, lastClaim: { at: frame.at ?? 0, result } }),
  'order-updated': (state) => ({ ...state, orderTick: state.orderTick + 1 }),
  // Not for the view of a room: the bag is read again.
  cart: elsewhere,
  'queue-position': queuePosition,
  'repair-changed': (state, { waiting }) => ({ ...state, repairWaiting: waiting }),
  'webrtc-offer': elsewhere,
  'webrtc-answer': elsewhere,
  'webrtc-ice-candidate': elsewhere,
}
