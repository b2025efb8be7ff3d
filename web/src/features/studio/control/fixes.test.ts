import { describe, expect, it } from 'vitest'
import type { StreamItem } from '@/api/types'
import type { Repair } from '../api/types'
import { fixesOf } from './fixes'

const variant = (id: string, size: string) => ({ id, options: { size } })
const items = [
  { id: 'itm_1', code: 'A1', product: { variants: [{ id: 'var_1', options: {} }] } },
  { id: 'itm_2', code: 'A2', product: { variants: ['S', 'M', 'L'].map((size) => variant(`var_${size}`, size)) } },
  { id: 'itm_3', code: 'A3', product: { variants: Array.from({ length: 9 }, (_, place) => variant(`var_${place}`, String(place))) } },
] as unknown as StreamItem[]
const read = (...proposal: Partial<Repair['proposal'][number]>[]) => fixesOf({ proposal } as Repair, items).map(({ item, variant: kind, quantity }) => [item.code, kind.id, quantity])

describe('what one tap can make of a comment', () => {
  it('is what was understood, with a single piece where no number was', () => {
    expect(read({ code: 'A1', item_id: 'itm_1', quantity: null }, { code: 'A2', item_id: 'itm_2', variant_id: 'var_M', quantity: 2 })).toEqual([['A1', 'var_1', 1], ['A2', 'var_M', 2]])
  })
  it('is each kind that is still open', () => {
    expect(read({ code: 'A2', item_id: 'itm_2', variant: null, quantity: 1 }).map(([, kind]) => kind)).toEqual(['var_S', 'var_M', 'var_L'])
    expect(read({ code: 'A2', variant: { size: 'L' } })).toEqual([['A2', 'var_L', 1]])
  })
  it('is nothing where the choice is long or the item is gone', () => {
    expect(read({ code: 'A3', item_id: 'itm_3', variant: null })).toEqual([])
    expect(read({ code: 'Z9', item_id: null })).toEqual([])
  })
})
