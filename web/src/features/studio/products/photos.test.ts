import { describe, expect, it } from 'vitest'
import { move } from './photos'

describe('order of photos', () => {
  it('moves one and leaves the rest in order', () => {
    expect(move(['a', 'b', 'c', 'd'], 3, 0)).toEqual(['d', 'a', 'b', 'c'])
    expect(move(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c'])
  })
  it('ignores places that do not exist', () => {
    const list = ['a', 'b']
    expect(move(list, 0, 2)).toBe(list)
    expect(move(list, Number('x'), 1)).toBe(list)
  })
})
