import { describe, expect, it } from 'vitest'
import { formatClock, formatDate, formatMoney, parseMoney, shortMoney } from './format'

describe('money', () => {
  it('follows the exponent of the currency', () => {
    expect(formatMoney({ amount: 1290, currency: 'TWD' })).toBe('NT$1,290')
    expect(formatMoney({ amount: 12900, currency: 'THB' })).toBe('฿129.00')
    expect(formatMoney({ amount: -50, currency: 'THB' })).toBe('−฿0.50')
  })

  it('is short where there is no room', () => {
    expect(shortMoney({ amount: 9999, currency: 'TWD' }, 'en')).toBe('NT$9,999')
    expect(shortMoney({ amount: 123_450, currency: 'TWD' }, 'zh-TW')).toBe('NT$12.3萬')
    expect(shortMoney({ amount: 1_234_567, currency: 'THB' }, 'en')).toBe('฿12.3K')
  })

  it('reads typed amounts as minor units', () => {
    expect(parseMoney('1,290', 'TWD')).toEqual({ amount: 1290, currency: 'TWD' })
    expect(parseMoney('129.5', 'THB')).toEqual({ amount: 12950, currency: 'THB' })
    expect(parseMoney('0.07', 'THB')).toEqual({ amount: 7, currency: 'THB' })
    expect(parseMoney('12.5', 'TWD')).toBeNull()
    expect(parseMoney('-3', 'THB')).toBeNull()
  })
})

describe('dates', () => {
  it('shows the Buddhist year in Thai only, in the zone of the market', () => {
    expect(formatDate('2026-12-31T17:30:00Z', 'th', 'day', 'TH')).toContain('2570')
    expect(formatDate('2026-12-31T17:30:00Z', 'en', 'day', 'TW')).toContain('2027')
    expect(formatDate('2026-12-31T15:30:00Z', 'zh-TW', 'day', 'TW')).toContain('2026')
    expect(formatDate('nonsense', 'en')).toBe('')
  })

  it('counts down without going below zero', () => {
    expect(formatClock(599.9)).toBe('9:59')
    expect(formatClock(3723)).toBe('1:02:03')
    expect(formatClock(-4)).toBe('0:00')
  })
})
