/** What one tap of a helper can make of a comment: only lines in which nothing is open. Pure. */
import type { StreamItem, Variant } from '@/api/types'
import type { Repair } from '../api/types'

export interface Fix {
  item: StreamItem
  variant: Variant
  quantity: number
}
const MOST = 6

export function fixesOf(repair: Pick<Repair, 'proposal'>, items: readonly StreamItem[]): Fix[] {
  const fixes = repair.proposal.flatMap((line) => {
    const item = items.find((row) => row.id === line.item_id) ?? items.find((row) => row.code === line.code)
    if (!item) return []
    const said = Object.entries(line.variant ?? {})
    const fitting = item.product.variants.filter((variant) => (line.variant_id ? variant.id === line.variant_id : said.every(([name, value]) => variant.options[name] === value)))
    return fitting.map((variant) => ({ item, variant, quantity: line.quantity ?? 1 }))
  })
  return fixes.length <= MOST ? fixes : []
}
