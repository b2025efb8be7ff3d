import { describe, expect, it } from 'vitest'
import type { Cart, CartClaim, CartLine, Money } from '@/api/types'
import { basketOf, totalsOf } from './basket'

const twd = (amount: number): Money => ({ amount, currency: 'TWD' })
const claim = (id: string, state: CartClaim['state'], price: number, quantity: number, until: string): CartClaim => ({
  id, state, quantity, stream_id: 'str_1', item_id: 'itm_1', code: 'A1', product_id: 'prd_1', variant_id: 'var_1', title: 'T', options: {}, image_url: null,
  unit_price: twd(price), line_total: twd(price * quantity), hold_expires_at: until, source: 'tap',
})
const line: CartLine = { variant_id: 'var_9', product_id: 'prd_9', title: 'Tea', quantity: 3, unit_price: twd(50), line_total: twd(150), seen_price: null, available: 9, options: {}, image_url: null, changed: false, unavailable: false }
const cart: Cart = {
  count: 6,
  server_time: '2026-01-01T00:00:00Z',
  shops: [
    {
      shop: { id: 'shp_1', name: 'S', slug: 's', market: 'TW', currency: 'TWD' },
      claims: [claim('a', 'held', 100, 2, '2026-01-01T00:10:00Z'), claim('b', 'held', 30, 1, '2026-01-01T00:05:00Z'), claim('c', 'waitlisted', 500, 1, '2026-01-01T00:01:00Z')],
      lines: [line, { ...line, variant_id: 'var_8', unavailable: true }],
      subtotal: twd(0), shipping: twd(0), discount: twd(0), free_shipping_from: null, missing_for_free: null, total: twd(0), box: null,
    },
  ],
}

describe('basket', () => {
  it('takes everything payable of the shop, and says which hold ends first', () => {
    expect(basketOf(cart, { shopId: 'shp_1' })).toMatchObject({ subtotal: twd(380), pieces: 6, until: '2026-01-01T00:05:00Z' })
  })
  it('takes only the chosen claims when paying from a show', () => {
    expect(basketOf(cart, { shopId: 'shp_1', claimIds: ['a', 'c'] })).toMatchObject({ subtotal: twd(200), pieces: 2, lines: [] })
  })
  it('is nothing for an empty or foreign shop', () => {
    expect(basketOf(cart, { shopId: 'shp_2' })).toBeNull()
    expect(basketOf(cart, { shopId: 'shp_1', claimIds: ['gone'] })).toBeNull()
  })
  it('adds delivery until the free threshold', () => {
    const basket = basketOf(cart, { shopId: 'shp_1' })!
    expect(totalsOf(basket, { shipping: { fee: twd(60), free_from: twd(1000) } }).total).toEqual(twd(440))
    expect(totalsOf(basket, { shipping: { fee: twd(60), free_from: twd(380) } }).total).toEqual(twd(380))
    expect(totalsOf(basket, { shipping: { fee: twd(60), free_from: null } }).shipping).toEqual(twd(60))
  })
  it('pays only what it adds to the delivery of a box, and gets back what has become free', () => {
    const basket = { ...basketOf(cart, { shopId: 'shp_1' })!, box: { id: 'box_1', ordered: twd(500), charged: twd(60) } }
    expect(totalsOf(basket, { shipping: { fee: twd(60), free_from: twd(1000) } })).toEqual({ shipping: twd(0), discount: twd(0), total: twd(380) })
    expect(totalsOf(basket, { shipping: { fee: twd(60), free_from: twd(880) } })).toEqual({ shipping: twd(0), discount: twd(60), total: twd(320) })
  })
})
