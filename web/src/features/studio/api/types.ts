/** Shapes that only the people of a shop see; everything else is shared with the buyer's screens. */
import type { components } from '@/api/schema'
import type { RoomRules } from '@/shared/realtime/frames'
import type { Claim, Money, Order, OrderLine, Product, Shop, Stream, StreamItem, StreamState } from '@/api/types'

type Schemas = components['schemas']

export type Role = 'owner' | 'host' | 'moderator' | 'packer'
export type WorkShop = Shop
export type Selling = Shop['selling']
export interface Member {
  user_id: string
  display_name: string
  role: Role
  added_at: string
}
export type StockLevel = Schemas['StockOut']
export type LedgerEntry = Schemas['LedgerEntryOut']
export interface ShopStream extends Stream {
  auto_start: boolean
  viewer_limit: number | null
  has_signal: boolean
  item_count: number
}
export interface LineUpItem extends StreamItem {
  stock: number | null
}
export interface Ingest {
  rtmp: { url: string; key: string }
  rtmps?: { url: string; key: string } | null
  whip?: { url: string; token: string } | null
}
export interface Health {
  at: number
  bitrate_kbps: number | null
  fps: number | null
  key_interval_seconds: number | null
  width: number | null
  height: number | null
  video_codec: string | null
  audio_codec: string | null
  dropped: number | null
  latency_ms?: number | null
}
export interface StreamStats {
  state: StreamState
  viewers: number
  peak_viewers: number
  duration_seconds: number | null
  has_signal: boolean
  health: Health | null
}
export type ShopBuyer = Schemas['nightmarket__modules__buyers__schemas__BuyerOut']
export type Appeal = Schemas['AppealOut']
export type Output = Schemas['OutputOut']
export type Repair = Schemas['RepairOut']
export interface ShowClaim extends Claim {
  buyer: { id: string; display_name: string } | null
  created_at: string
  order_id: string | null
}
export interface ShopOrder extends Order {
  buyer: { id: string; display_name: string } | null
  refunded: Money
  lines: (OrderLine & { id: string; stream_id: string | null })[]
}
export type ShopProduct = Product & { currency: Money['currency'] }

export interface Named {
  id: string
  name: string
}
export type WordEffect = 'block' | 'mask'
export interface Restriction {
  kind: 'mute' | 'ban'
  shadow: boolean
  user: Named
  until: string | null
  set_by: Named
  set_at: string
}
/** How a room is kept in order at the moment. */
export interface Desk {
  rules: RoomRules
  words: { text: string; effect: WordEffect }[]
  presets: string[]
  restrictions: Restriction[]
}
export interface ModerationEntry {
  id: string
  action: string
  by: Named | null
  subject: Named | null
  message: { id: string; text: string } | null
  detail: Record<string, unknown>
  at: string
}
export interface QueueEntry {
  id: string
  user: Named
  item_id: string | null
  turn: boolean
  turn_expires_at: string | null
  joined_at: string
}
export interface QueueLine {
  items: QueueEntry[]
  next_cursor: string | null
  waiting: number
}
