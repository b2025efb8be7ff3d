/** Shapes of the HTTP surface, people to orders; shows are in `stream-types.ts`. Replaced by re-exports of `schema.d.ts` where the generated contract has the same shape. */
import type { ShopCard } from './stream-types'

export type * from './stream-types'

export type Market = 'TW' | 'TH'
export type Currency = 'TWD' | 'THB'
export interface Money {
  amount: number
  currency: Currency
}
export interface Page<T> {
  items: T[]
  next_cursor: string | null
}
export interface User {
  id: string
  display_name: string
  email: string | null
  locale: string
  market: Market
  roles: string[]
}
export interface SessionGrant {
  user: User
  access_token: string
  expires_in: number
}
export interface TwoFactorNeeded {
  two_factor_required: true
  challenge: string
}
export interface DeviceSession {
  id: string
  created_at: string
  last_used_at?: string | null
  user_agent?: string | null
  ip?: string | null
  current?: boolean
}
export interface Address {
  id: string
  recipient: string
  phone: string
  country: Market
  postcode: string
  city: string
  district: string
  subdistrict?: string | null
  line1: string
  line2?: string | null
}
export type AddressDraft = Omit<Address, 'id'>
export interface Shop {
  id: string
  name: string
  slug: string
  market: Market
  currency: Currency
  my_role?: string | null
  description?: string | null
  logo?: string | null
  follower_count?: number
  is_following?: boolean
  shipping?: { fee: Money; free_from: Money | null }
}
export interface ProductImage {
  id: string
  url: string
  sizes?: Record<string, string>
}
export interface Variant {
  id: string
  sku: string | null
  options: Record<string, string>
  price: Money
  available: number
}
export interface Product {
  id: string
  shop_id: string
  title: string
  description: string | null
  category: string | null
  status: string
  images: ProductImage[]
  variants: Variant[]
  shop?: { id: string; name: string; slug: string } | null
}
export interface Category {
  slug: string
  name: string
  names: Record<string, string>
  children: Category[]
}
export type ClaimState = 'held' | 'waitlisted' | 'ordered' | 'expired' | 'released'
export interface Claim {
  id: string
  state: ClaimState
  item_id: string
  variant_id: string | null
  quantity: number
  unit_price: Money
  hold_expires_at: string | null
  position: number | null
  source: string
  stream_id?: string
  shop_id?: string
  code?: string
  title?: string
  image?: string | null
  image_url?: string | null
  product_id?: string | null
  options?: Record<string, string>
}
export interface OrderLine {
  variant_id: string
  title: string
  quantity: number
  unit_price: Money
  options?: Record<string, string>
  image_url?: string | null
  code?: string | null
}
export type OrderState = 'pending_payment' | 'paid' | 'packing' | 'shipped' | 'delivered' | 'cancelled' | 'refunded'
export type PaymentState = 'created' | 'pending' | 'paid' | 'failed' | 'expired' | 'cancelled' | 'refunded' | 'partially_refunded'
export type PaymentAction =
  | { type: 'redirect'; url: string }
  | { type: 'form'; url: string; fields: Record<string, string> }
  | { type: 'qr'; payload: string; image: string | null; expires_at: string | null }
  | { type: 'code'; code: string; expires_at: string | null }
  | { type: 'none' }
export interface Payment {
  id: string
  method: string
  state: PaymentState
  amount?: Money
  action?: PaymentAction | null
  /** What it pays for: an order id. */
  payable?: string
}
export interface Shipment {
  id?: string
  carrier: string
  tracking_number: string
  shipped_at?: string
}
export interface Order {
  id: string
  number: string
  state: OrderState
  shop_id?: string
  shop?: ShopCard | null
  created_at?: string
  pay_by: string | null
  paid_at?: string | null
  lines: OrderLine[]
  subtotal: Money
  shipping: Money
  discount: Money
  total: Money
  payments: Payment[]
  address?: Omit<AddressDraft, 'country'> | null
  shipping_method?: string
  shipments?: Shipment[]
  note?: string | null
  history?: { state: string; at: string }[]
}
export interface PlacedOrder {
  order: Order
  payment: Payment & { action: PaymentAction }
}
export interface OrderDraft {
  shop_id: string
  claim_ids?: string[]
  address_id?: string
  address?: AddressDraft
  shipping_method: string
  payment_method: string
  note?: string
  expected_total?: Money
}
export interface PaymentMethod {
  method: string
  least: Money
  most: Money
}
export interface CartLine {
  variant_id: string
  product_id: string
  title: string
  quantity: number
  unit_price: Money
  seen_price: Money | null
  available: number
  options: Record<string, string>
  image_url: string | null
  changed: boolean
  unavailable: boolean
}
export interface CartShop {
  shop: ShopCard
  claims: Claim[]
  lines: CartLine[]
  subtotal: Money
}
export interface Cart {
  shops: CartShop[]
  count: number
}
