import { describe, expect, it } from 'vitest'
import type { OrderLine } from '@/api/types'
import { cancelBody, everything } from './cancelling'

const lines = [{ id: 'a', quantity: 2 }, { id: 'b', quantity: 1 }, { id: 'c', quantity: 0 }] as OrderLine[]

describe('cancelling', () => {
  it('is the whole order when nothing would be left', () => {
    expect(cancelBody(lines, everything(lines))).toEqual({})
    expect(cancelBody(lines, { a: 2, b: 1 }, 'broken')).toEqual({ reason: 'broken' })
  })
  it('names the units otherwise, and never more than there are', () => {
    expect(cancelBody(lines, { a: 1 })).toEqual({ lines: [{ line_id: 'a', quantity: 1 }] })
    expect(cancelBody(lines, { a: 9, c: 3 })).toEqual({ lines: [{ line_id: 'a', quantity: 2 }] })
    expect(cancelBody(lines, {})).toBeNull()
  })
})
