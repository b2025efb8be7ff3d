import { describe, expect, it } from 'vitest'
import { minutesText, secondsOf, wholeOf } from './span'

describe('spans of time', () => {
  it('goes from seconds to minutes and back', () => {
    expect([600, 90, 20].map((seconds) => secondsOf(minutesText(seconds), 10, 86_400))).toEqual([600, 90, 20])
    expect(secondsOf('1,5', 10, 86_400)).toBe(90)
  })
  it('takes an empty field for "as usual", and nothing that cannot be meant', () => {
    expect([minutesText(null), secondsOf(' ', 10, 600)]).toEqual(['', null])
    expect(['0', '0.1', '11', 'ten', '-3'].map((text) => secondsOf(text, 10, 600))).toEqual(Array(5).fill(undefined))
    expect(['', '7', '0', '61', '1.5'].map((text) => wholeOf(text, 1, 60))).toEqual([null, 7, undefined, undefined, undefined])
  })
})
