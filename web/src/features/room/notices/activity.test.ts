import { describe, expect, it } from 'vitest'
import { addJoined, addSale, nextLine, nothing } from './activity'

describe('quiet lines', () => {
  it('sums up who came in meanwhile, newest names first, never more than three', () => {
    const waiting = addJoined(addJoined(nothing, ['Ann', 'Bo'], 2), ['Cy', 'Di', 'Ann'], 40)
    expect(nextLine(waiting)[0]).toEqual({ kind: 'joined', names: ['Cy', 'Di', 'Ann'], others: 39 })
  })

  it('counts those who are not named', () => {
    expect(nextLine(addJoined(nothing, [], 5))[0]).toEqual({ kind: 'joined', names: [], others: 5 })
    expect(addJoined(nothing, [], 0)).toBe(nothing)
  })

  it('says sales first, repeats of one item as one line, and then who joined', () => {
    const waiting = addSale(addSale(addJoined(addSale(nothing, { name: 'X', code: 'A1' }), ['Ann'], 1), { name: 'Y', code: 'A2' }), { name: 'Z', code: 'A2' })
    const [sale, rest] = nextLine(waiting)
    expect(sale).toEqual({ kind: 'sold', name: 'Z', code: 'A2', others: 1 })
    const [joined, end] = nextLine(rest)
    expect(joined).toEqual({ kind: 'joined', names: ['Ann'], others: 0 })
    expect(nextLine(end)[0]).toBeNull()
  })
})
