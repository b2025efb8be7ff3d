import type { Cart, CartShop, CartClaim, CartLine, Money, Shop, ShopCard } from '@/api/types'
import type { CheckoutRequest } from '@/shared/session/overlays'

/** What one order would contain. */
export interface Basket {
  shop: ShopCard
  claims: CartClaim[]
  lines: CartLine[]
  subtotal: Money
  pieces: number
  /** The first hold to run out. */
  until: string | null
  /** The box it goes into: what was ordered into it before, and paid for delivery. */
  box: CartShop['box']
  /** Everything of this shop, rather than some claims of a show. */
  whole: boolean
}

const earliest = (claims: CartClaim[]): string | null => claims.flatMap((claim) => claim.hold_expires_at ?? []).sort()[0] ?? null

export function basketOf(cart: Cart, { shopId, claimIds }: CheckoutRequest): Basket | null {
  const group = cart.shops.find((row) => row.shop.id === shopId)
  if (!group) return null
  const wanted = claimIds ? new Set(claimIds) : null
  const claims = group.claims.filter((claim) => claim.state === 'held' && (!wanted || wanted.has(claim.id)))
  const lines = wanted ? [] : group.lines.filter((line) => !line.unavailable)
  const first = claims[0]?.unit_price ?? lines[0]?.unit_price
  if (!first) return null
  const amount = [...claims, ...lines].reduce((sum, row) => sum + row.unit_price.amount * row.quantity, 0)
  const pieces = [...claims, ...lines].reduce((sum, row) => sum + row.quantity, 0)
  return { shop: group.shop, claims, lines, subtotal: { amount, currency: first.currency }, pieces, until: earliest(claims), box: group.box, whole: wanted === null }
}

/** What the order will cost, by the shop's own delivery terms; the server has the last word. */
export function totalsOf({ subtotal, box }: Basket, { shipping }: Pick<Shop, 'shipping'>): { shipping: Money; discount: Money; total: Money } {
  const threshold = shipping.free_from?.amount
  const free = threshold !== undefined && subtotal.amount + (box?.ordered.amount ?? 0) >= threshold
  const added = (free ? 0 : shipping.fee.amount) - (box?.charged.amount ?? 0)
  const money = (amount: number): Money => ({ amount, currency: subtotal.currency })
  const cost = Math.max(0, added)
  const discount = Math.min(subtotal.amount, Math.max(0, -added))
  return { shipping: money(cost), discount: money(discount), total: money(subtotal.amount + cost - discount) }
}
