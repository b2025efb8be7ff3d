import { describe, expect, it } from 'vitest'
import type { Claim, StreamItem } from '@/api/types'
import type { ClaimResult } from '@/shared/realtime/frames'
import { stall } from '@/test-support'
import { answerOf } from './answer'

const variant = (id: string, color: string, size: string, available = 3) => ({ id, sku: null, options: { color, size }, price: { amount: 490, currency: 'TWD' as const }, available })
const plain = stall()
const shirt: StreamItem = stall({ id: 'itm_2', code: 'A2', product: { ...plain.product, variants: [variant('var_bm', 'black', 'M'), variant('var_bl', 'black', 'L', 0), variant('var_wm', 'white', 'M')] } })
const items = [plain, shirt]
const claim = (state: Claim['state'], code = 'A1') => ({ id: `clm_${state}`, state, code, quantity: 1 }) as Claim
const read = (result: Partial<ClaimResult>) => answerOf(result as ClaimResult, items)

describe('the answer to an order comment', () => {
  it('leads with the claim that the outcome speaks of', () => {
    expect(read({ outcome: 'waitlisted', claims: [claim('held', 'A9'), claim('waitlisted')] })).toMatchObject({ change: 'waitlisted', code: 'A1', claim: { state: 'waitlisted' } })
    expect(read({ outcome: 'promoted', claim: claim('held') })).toMatchObject({ change: 'promoted', claim: { state: 'held' } })
  })
  it('asks only for the kinds that fit what was said', () => {
    const answer = read({ outcome: 'needs_variant', item_id: 'itm_2', code: 'A2', quantity: 2, variant: { color: 'black' } })
    expect(answer).toMatchObject({ kind: 'which', code: 'A2', offers: [{ quantity: 2, variant: { id: 'var_bm' } }, { quantity: 2, variant: { id: 'var_bl' } }] })
  })
  it('offers what is left, and the line when nothing is', () => {
    expect(read({ outcome: 'sold_out', item_id: 'itm_2', variant_id: 'var_wm', quantity: 5, available: 2 })).toMatchObject({ kind: 'short', available: 2, offer: { quantity: 2, variant: { id: 'var_wm' } } })
    expect(read({ outcome: 'sold_out', item_id: plain.id, quantity: 5, available: 0 })).toMatchObject({ kind: 'short', available: 0, offer: { quantity: 5 } })
  })
  it('shows how an unclear comment was understood, and nothing for codes that do not exist', () => {
    expect(read({ outcome: 'ambiguous', reason: 'weak_want', proposal: [{ code: 'A2', variant: { color: 'white', size: 'M' }, quantity: null }] })).toMatchObject({ kind: 'unsure', offers: [{ quantity: 1, variant: { id: 'var_wm' } }] })
    expect(read({ outcome: 'ambiguous', reason: 'unknown_code', proposal: [{ code: 'Z7', variant: null, quantity: 1 }] })).toEqual({ kind: 'unsure', reason: 'unknown_code', offers: [] })
  })
  it('says the limit, or why else not', () => {
    expect(read({ outcome: 'limit', code: 'A1', limit: 2, claimed: 2, problem: { code: 'purchase-limit' } })).toEqual({ kind: 'limit', code: 'A1', limit: 2, claimed: 2 })
    expect(read({ outcome: 'refused', problem: { code: 'followers-only' } })).toMatchObject({ kind: 'refused', problem: { code: 'followers-only' } })
    expect(read({ outcome: 'none' })).toBeNull()
  })
})
