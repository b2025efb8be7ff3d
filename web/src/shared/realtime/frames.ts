import type { Claim, RoomSnapshot as RoomOut } from '@/api/types'
import type * as wire from '@/api/room-frames'

/** A frame as it comes off the line: of a kind that this build knows, or of a later one. */
export interface Frame {
  t: string
  /** Number in the room and its epoch. */
  s?: number
  /** Number among the frames meant for this person alone. */
  n?: number
  at?: number
  id?: number | null
  d?: unknown
}

/** What the server says in a room, by kind. */
export type News = Exclude<wire.ServerFrame, wire.AckFrame | wire.ErrorFrame>
export type NewsKind = News['t']
export type DataOf<K extends NewsKind> = Extract<News, { t: K }>['d']

/** What a client may ask for, by kind, and what it is answered. */
export type AskKind = wire.ClientFrame['t']
export type AskOf<K extends AskKind> = Extract<wire.ClientFrame, { t: K }>['d']
export interface Answers extends Record<AskKind, unknown> {
  'join-room': wire.JoinAnswer
  'chat-message': wire.ChatAnswer
  'spotlight-product': wire.SpotlightAnswer
  'join-queue': wire.QueueAnswer
}

export interface ChatMessage extends wire.StoredMessage {
  /** Set while a message of this device waits for its echo or was refused. */
  pending?: 'sending' | 'failed'
  /** Set on words of the shop for this person alone; `quote` is what they answer. */
  secret?: { quote: string | null }
}

/** The part of a room's rules that everybody in it may know. */
export type RoomRules = wire.PublicRules
export type Policy = RoomRules['links']

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

export type ClaimResult = wire.ClaimResult

export const claimsOf = (result: ClaimResult | undefined): Claim[] => result?.claims ?? (result?.claim ? [result.claim] : [])
