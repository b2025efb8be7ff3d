import { describe, expect, it } from 'vitest'
import { fromLocalInput, toLocalInput } from './local-time'

describe('date and time fields', () => {
  it('goes to the field and back without moving', () => {
    const iso = '2026-12-31T12:30:00.000Z'
    expect(fromLocalInput(toLocalInput(iso))).toBe(iso)
  })
  it('takes nothing for no date', () => {
    expect([toLocalInput(null), toLocalInput('soon')]).toEqual(['', ''])
    expect([fromLocalInput(''), fromLocalInput('2026-13-40T99:99')]).toEqual([null, null])
  })
})
