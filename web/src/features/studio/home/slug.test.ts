import { describe, expect, it } from 'vitest'
import { SLUG, suggestSlug } from './slug'

describe('address of a shop', () => {
  it('keeps the Latin letters of a name', () => {
    expect(suggestSlug("Mei's Café & Lamps!", 1)).toBe('mei-s-cafe-lamps')
    expect(suggestSlug('夜燈選物 Lamp 88', 1)).toBe('lamp-88')
  })
  it('always suggests something the server takes', () => {
    for (const name of ['夜燈選物', 'ร้านโคมไฟ', 'A', '---', 'x'.repeat(90), `${'y'.repeat(39)}--z`, 'É']) {
      expect(suggestSlug(name, 1_769_000_123_456)).toMatch(SLUG)
    }
  })
})
