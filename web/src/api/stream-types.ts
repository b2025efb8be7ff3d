/** Shapes of shows and their line-ups. */
import type { Market, Money, Product } from './types'

export type StreamState = 'draft' | 'scheduled' | 'live' | 'interrupted' | 'ended'
export interface ShopCard {
  id: string
  name: string
  slug: string
  market?: Market
  logo?: string | null
}
export interface Stream {
  id: string
  shop_id: string
  title: string
  description?: string | null
  state: StreamState
  scheduled_at: string | null
  started_at: string | null
  ended_at?: string | null
  viewers: number
  poster: string | null
  language?: string | null
  shop?: ShopCard | null
  host?: { name: string } | null
  has_recording?: boolean
}
export interface Playback {
  hls: string | null
  dvr?: string | null
  dash?: string | null
  whep?: string | null
  dvr_seconds: number
  poster: string | null
  recording?: string | null
  latency_class: string
}
export interface StreamItem {
  id: string
  code: string
  product: Product
  live_price: Money | null
  limit_per_buyer: number | null
  available: number
  pinned: boolean
  position?: number
  variants?: { id: string; available: number }[]
}
export interface Moment {
  id: string
  item_id: string
  product_id: string
  code: string
  title: string
  image_url: string | null
  start: number
  end: number | null
}
