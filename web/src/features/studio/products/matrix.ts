/** Variants as the table of all combinations of options. Pure, so that no screen can lose a price. */
import type { Currency, Variant } from '@/api/types'
import { parseMoney } from '@/shared/format/format'
import type { ProductPlan, VariantDraft } from '../api/products'
import { amountText } from '../parts/money-field'

export interface OptionAxis {
  name: string
  values: string[]
}
export interface MatrixRow {
  key: string
  options: Record<string, string>
  price: string
  stock: string
  sku: string
  /** Whether this combination is sold. */
  on: boolean
  /** The variant this row is already. */
  id: string | null
  available: number
}
export interface Matrix {
  axes: OptionAxis[]
  rows: MatrixRow[]
}

export const MAX_ROWS = 100

export const rowKey = (options: Record<string, string>) =>
  JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)))

/** Every combination, in the order of the options. */
export function combinations(axes: OptionAxis[]): Record<string, string>[] {
  return axes
    .filter((axis) => axis.values.length > 0)
    .reduce<Record<string, string>[]>((rows, axis) => rows.flatMap((row) => axis.values.map((value) => ({ ...row, [axis.name]: value }))), [{}])
}

const fresh = (options: Record<string, string>, like: MatrixRow | undefined): MatrixRow => ({
  key: rowKey(options),
  options,
  price: like?.price ?? '',
  stock: '',
  sku: '',
  on: true,
  id: null,
  available: 0,
})

export const emptyMatrix = (): Matrix => ({ axes: [], rows: [fresh({}, undefined)] })

/** New axes over the same rows: what was filled in stays, new combinations begin with the price of the first row. */
export function withAxes(matrix: Matrix, axes: OptionAxis[]): Matrix {
  const known = new Map(matrix.rows.map((row) => [row.key, row]))
  const first = matrix.rows.find((row) => row.on) ?? matrix.rows[0]
  const wanted = combinations(axes).slice(0, MAX_ROWS)
  const single = matrix.rows.length === 1 && matrix.axes.length === 0 ? matrix.rows[0] : undefined
  return {
    axes,
    rows: wanted.map((options, index) => {
      const old = known.get(rowKey(options))
      if (old) return old
      const row = fresh(options, first)
      // The one price and stock typed before there were options belong to the first combination.
      return index === 0 && single && !single.id ? { ...row, stock: single.stock, sku: single.sku } : row
    }),
  }
}

export function matrixOf(variants: Variant[]): Matrix {
  const names = [...new Set(variants.flatMap((variant) => Object.keys(variant.options)))]
  const axes = names.map((name) => ({ name, values: [...new Set(variants.map((variant) => variant.options[name]).filter((value) => value !== undefined))] }))
  const known = new Map(variants.map((variant) => [rowKey(variant.options), variant]))
  const rows = combinations(axes).map((options): MatrixRow => {
    const variant = known.get(rowKey(options))
    if (!variant) return { ...fresh(options, undefined), price: amountText(variants[0]?.price), on: false }
    known.delete(rowKey(options))
    return rowOf(variant)
  })
  return { axes, rows: [...rows, ...[...known.values()].map(rowOf)] }
}

const rowOf = (variant: Variant): MatrixRow => ({
  key: rowKey(variant.options),
  options: variant.options,
  price: amountText(variant.price),
  stock: '',
  sku: variant.sku ?? '',
  on: true,
  id: variant.id,
  available: variant.available,
})

export type RowFault = 'price' | 'stock'

export function faultsOf(row: MatrixRow, currency: Currency): RowFault[] {
  if (!row.on) return []
  const faults: RowFault[] = []
  if (!parseMoney(row.price, currency)) faults.push('price')
  if (!row.id && row.stock.trim() !== '' && !/^\d{1,6}$/.test(row.stock.trim())) faults.push('stock')
  return faults
}

/** What has to be said to the server so that the variants become what the table shows. */
export function planOf(matrix: Matrix, before: Variant[], currency: Currency): Omit<ProductPlan, 'words'> {
  const added: VariantDraft[] = []
  const changed: ProductPlan['changed'] = []
  const kept = new Set<string>()
  for (const row of matrix.rows.filter((other) => other.on)) {
    const price = parseMoney(row.price, currency)
    if (!price) continue
    const sku = row.sku.trim()
    if (!row.id) {
      added.push({ options: row.options, price, stock: Number(row.stock.trim() || 0), ...(sku && { sku }) })
      continue
    }
    kept.add(row.id)
    const old = before.find((variant) => variant.id === row.id)
    if (old && (old.price.amount !== price.amount || (old.sku ?? '') !== sku)) changed.push({ id: row.id, price, sku: sku || null })
  }
  return { added, changed, removed: before.filter((variant) => !kept.has(variant.id)).map((variant) => variant.id) }
}
