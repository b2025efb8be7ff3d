import { describe, expect, it } from 'vitest'
import { parseMoney } from '@/shared/format/format'
import { amountText } from './money-field'

describe('an amount as it would be typed', () => {
  it('shows satang only when there are some', () => {
    expect(amountText({ amount: 12900, currency: 'THB' })).toBe('129')
    expect(amountText({ amount: 12950, currency: 'THB' })).toBe('129.50')
    expect(amountText({ amount: 100, currency: 'TWD' })).toBe('100')
    expect(amountText(null)).toBe('')
  })
  it('reads back as the same amount', () => {
    for (const money of [{ amount: 1, currency: 'THB' }, { amount: 129000, currency: 'THB' }, { amount: 1200, currency: 'TWD' }] as const) {
      expect(parseMoney(amountText(money), money.currency)).toEqual(money)
    }
  })
})
