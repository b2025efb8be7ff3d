/** What is said to the author of an order comment, or to somebody whose claim changed without them; and what one tap can do about it. Pure. */
import { Problem } from '@/api/problem'
import type { Claim, StreamItem, Variant } from '@/api/types'
import { claimsOf, type ClaimResult } from '@/shared/realtime/frames'

export type Change = 'held' | 'promoted' | 'waitlisted' | 'updated' | 'cancelled' | 'released' | 'expired' | 'reminder' | 'dismissed'

/** One thing that a tap would claim: the item, which of its kinds, how many. */
export interface Offer {
  item: StreamItem
  variant: Variant
  quantity: number
}
export type Answer =
  | { kind: 'change'; change: Change; code: string; claim: Claim | null }
  /** The item comes in several kinds: choose one of `offers`. */
  | { kind: 'which'; code: string; offers: Offer[] }
  /** Nothing was left, or less than was asked for. */
  | { kind: 'short'; code: string; available: number; offer: Offer | null }
  | { kind: 'limit'; code: string; limit: number; claimed: number }
  /** Perhaps an order: `offers` is how it was understood, and nothing is done before a tap. */
  | { kind: 'unsure'; reason: string; offers: Offer[] }
  | { kind: 'refused'; problem: Problem }

const CHANGES = new Set<string>(['held', 'promoted', 'waitlisted', 'updated', 'cancelled', 'released', 'expired', 'reminder', 'dismissed'])
const ONE = 1

const count = (value: unknown): number => (typeof value === 'number' && value >= ONE ? value : ONE)

/** The kinds of an item that have every option that was said. */
function fitting(item: StreamItem, said: unknown): Variant[] {
  const options = Object.entries(typeof said === 'object' && said !== null ? (said as Record<string, string>) : {})
  return item.product.variants.filter((variant) => options.every(([name, value]) => variant.options[name] === value))
}

const offersOf = (item: StreamItem | undefined, said: unknown, quantity: unknown): Offer[] => (item ? fitting(item, said).map((variant) => ({ item, variant, quantity: count(quantity) })) : [])

function shortage(result: ClaimResult, item: StreamItem | undefined): Answer {
  const available = result.available ?? 0
  const variant = item?.product.variants.find((row) => row.id === result.variant_id) ?? (item?.product.variants.length === ONE ? item.product.variants[0] : undefined)
  const quantity = available > 0 ? available : count(result.quantity)
  return { kind: 'short', code: result.code ?? item?.code ?? '', available, offer: item && variant ? { item, variant, quantity } : null }
}

export function answerOf(result: ClaimResult, items: readonly StreamItem[]): Answer | null {
  const { outcome } = result
  const item = items.find((row) => row.id === result.item_id) ?? items.find((row) => row.code === result.code)
  const code = result.code ?? item?.code ?? ''
  if (outcome && CHANGES.has(outcome)) {
    const claims = claimsOf(result)
    const wanted = outcome === 'promoted' || outcome === 'reminder' ? 'held' : outcome
    const claim = claims.find((row) => row.state === wanted) ?? claims[0] ?? null
    return { kind: 'change', change: outcome as Change, code: claim?.code ?? code, claim }
  }
  if (outcome === 'needs_variant') return { kind: 'which', code, offers: offersOf(item, result.variant, result.quantity) }
  if (outcome === 'sold_out') return shortage(result, item)
  if (outcome === 'limit') return { kind: 'limit', code, limit: result.limit ?? 0, claimed: result.claimed ?? 0 }
  if (outcome === 'ambiguous') {
    const lines = (result.proposal ?? []).map((line) => offersOf(items.find((row) => row.code === line['code']), line['variant'], line['quantity']))
    const near = lines.length > 0 ? [] : (result.suggestions ?? []).map((line) => offersOf(items.find((row) => row.id === line['item_id']), null, ONE))
    return { kind: 'unsure', reason: result.reason ?? '', offers: [...lines, ...near].flat() }
  }
  if (result.problem) return { kind: 'refused', problem: new Problem(0, result.problem.code, result.problem) }
  return null
}
