import type { Claim, Money, RoomSnapshot as RoomOut, StreamItem } from '@/api/types'

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
  /** Told to the staff alone: nobody besides them and its author sees the message. */
  shadow?: boolean
  /** Set on words of the shop for this person alone; `quote` is what they answer. */
  secret?: { quote: string | null }
}

export type Policy = 'allow' | 'mask' | 'block'

/** The part of a room's rules that everybody in it may know. */
export interface RoomRules {
  slow_mode_seconds: number
  /** Null: everybody may write; 0: followers; n: followers of n minutes. */
  followers_only_minutes: number | null
  links: Policy
  contacts: Policy
  raid_until: number | null
}

export interface RoomMe {
  id?: string | null
  role?: string | null
  can_chat?: boolean
  muted?: boolean
  queue_position?: number | null
  queue?: { turn: boolean; turn_expires_at: string | null }
}

/** The room over HTTP; the socket's `room-state` carries the same without every personal part. */
export type RoomSnapshot = Partial<Pick<RoomOut, 'slow_mode' | 'pinned_message'>> &
  Omit<RoomOut, 'slow_mode' | 'pinned_message' | 'me' | 'rules'> & { me?: RoomMe | null; rules?: Partial<RoomRules> | null }

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
