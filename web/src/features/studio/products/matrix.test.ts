import { describe, expect, it } from 'vitest'
import type { Variant } from '@/api/types'
import { combinations, emptyMatrix, faultsOf, matrixOf, planOf, withAxes, type Matrix } from './matrix'

const variant = (id: string, options: Record<string, string>, amount: number, sku: string | null = null): Variant => ({ id, sku, options, price: { amount, currency: 'THB' }, available: 3 })
const color = { name: 'color', values: ['red', 'blue'] }
const size = { name: 'size', values: ['S', 'L'] }
const fill = (matrix: Matrix, change: Partial<Matrix['rows'][number]>): Matrix => ({ ...matrix, rows: matrix.rows.map((row) => ({ ...row, ...change })) })

describe('variant table', () => {
  it('combines options in order and ignores an option without values', () => {
    expect(combinations([color, size]).map((row) => Object.values(row).join())).toEqual(['red,S', 'red,L', 'blue,S', 'blue,L'])
    expect(combinations([color, { name: 'size', values: [] }])).toHaveLength(2)
    expect(combinations([])).toEqual([{}])
  })

  it('keeps what was typed when a value is added', () => {
    const first = fill(emptyMatrix(), { price: '129.50', stock: '7' })
    const two = withAxes(first, [color])
    expect(two.rows.map((row) => [row.price, row.stock])).toEqual([['129.50', '7'], ['129.50', '']])
    const three = withAxes(fill(two, { stock: '9' }), [{ ...color, values: ['red', 'blue', 'gold'] }])
    expect(three.rows.map((row) => row.stock)).toEqual(['9', '9', ''])
    expect(withAxes(three, [{ ...color, values: ['blue'] }]).rows.map((row) => row.stock)).toEqual(['9'])
  })

  it('leaves combinations that are not sold switched off', () => {
    const matrix = matrixOf([variant('v1', { color: 'red', size: 'S' }, 100), variant('v2', { color: 'blue', size: 'L' }, 200)])
    expect(matrix.rows.map((row) => [row.id, row.on])).toEqual([['v1', true], [null, false], [null, false], ['v2', true]])
  })

  it('finds prices and stock that are none', () => {
    const [row] = emptyMatrix().rows
    expect(faultsOf({ ...row!, price: '', stock: '2.5' }, 'THB')).toEqual(['price', 'stock'])
    expect(faultsOf({ ...row!, price: '12.50' }, 'TWD')).toEqual(['price'])
    expect(faultsOf({ ...row!, price: '', on: false }, 'TWD')).toEqual([])
  })

  it('says only what changed', () => {
    const before = [variant('v1', { color: 'red' }, 10000), variant('v2', { color: 'blue' }, 20000, 'B-1'), variant('v3', { color: 'gold' }, 30000)]
    const matrix = withAxes(matrixOf(before), [{ name: 'color', values: ['red', 'blue', 'green'] }])
    const edited = { ...matrix, rows: matrix.rows.map((row) => (row.id === 'v2' ? { ...row, price: '250' } : row.id ? row : { ...row, price: '99.90', stock: '4' })) }
    expect(planOf(edited, before, 'THB')).toEqual({
      added: [{ options: { color: 'green' }, price: { amount: 9990, currency: 'THB' }, stock: 4 }],
      changed: [{ id: 'v2', price: { amount: 25000, currency: 'THB' }, sku: 'B-1' }],
      removed: ['v3'],
    })
    expect(planOf(matrixOf(before), before, 'THB')).toEqual({ added: [], changed: [], removed: [] })
  })
})
