/** The sums of a show. Pure. */
import type { Currency, Money } from '@/api/types'
import type { ShopOrder, ShowClaim } from '../api/types'

export interface Tally {
  money: Money
  count: number
}
export interface Board {
  claimed: Tally
  held: Tally
  unpaid: Tally
  paid: Tally
  expired: Tally
  waiting: number
}

const PAID = new Set(['paid', 'packing', 'shipped', 'delivered'])

export function boardOf(claims: readonly ShowClaim[], orders: readonly ShopOrder[], currency: Currency): Board {
  const sum = (rows: readonly ShowClaim[]): Tally => ({
    money: { amount: rows.reduce((total, claim) => total + claim.unit_price.amount * claim.quantity, 0), currency },
    count: rows.reduce((total, claim) => total + claim.quantity, 0),
  })
  const total = (rows: readonly ShopOrder[]): Tally => ({
    money: { amount: rows.reduce((all, order) => all + order.total.amount - order.refunded.amount, 0), currency },
    count: rows.length,
  })
  return {
    claimed: sum(claims.filter((claim) => claim.state === 'held' || claim.state === 'ordered')),
    held: sum(claims.filter((claim) => claim.state === 'held')),
    unpaid: total(orders.filter((order) => order.state === 'pending_payment')),
    paid: total(orders.filter((order) => PAID.has(order.state))),
    expired: sum(claims.filter((claim) => claim.state === 'expired')),
    waiting: claims.filter((claim) => claim.state === 'waitlisted').reduce((all, claim) => all + claim.quantity, 0),
  }
}
