import type { Claim, Money, Order, StreamItem, StreamState } from '@/api/types'

/** One realtime frame as the edge sends it; see the public surface document for the kinds. */
export interface Frame {
  t: string
  s?: number
  /** Number among the frames meant for this person alone. */
  n?: number
  at?: number
  id?: number
  d?: unknown
}

export interface ChatMessage {
  id: string
  user: { id: string; name: string; role: string }
  text: string
  at: number
  /** Set while a message of this device waits for its echo or was refused. */
  pending?: 'sending' | 'failed'
}

export interface RoomMe {
  id?: string | null
  role?: string | null
  can_chat?: boolean
  muted?: boolean
  queue_position?: number | null
}

export interface RoomSnapshot {
  epoch: string | number
  seq: number
  state: StreamState
  pinned: string | null
  items: StreamItem[]
  viewers: number
  chat: ChatMessage[]
  me?: RoomMe | null
  slow_mode?: number
  pinned_message?: { text: string } | null
}

export interface ClaimResult {
  claim?: Claim | null
  claims?: Claim[]
  problem?: { code: string } | null
  outcome?: string
  code?: string
  message_id?: string
  text?: string
}

export const claimsOf = (result: ClaimResult | undefined): Claim[] => result?.claims ?? (result?.claim ? [result.claim] : [])

export interface ReactionFrame {
  emoji?: string
  count?: number
}

export interface SoldFrame {
  name?: string | null
  user?: { name?: string } | null
  code?: string | null
  item_id?: string
  quantity?: number
}

export interface OrderFrame {
  order?: Order
  order_id?: string
  state?: string
}

/** `item_available` counts all variants together; `variants` tells each apart. */
export interface StockFrame {
  item_id?: string
  item_available?: number
  available?: number
  variants?: Record<string, number>
}

export interface ItemFrame {
  item?: StreamItem
  item_id?: string
  removed?: boolean
  live_price?: Money
}
