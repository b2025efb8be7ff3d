import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Frame } from './frames'
import { Held } from './held'

const pin = (item_id: string | null, media_time?: number, s = 1): Frame => ({ t: 'spotlight-product', s, d: { item_id, ...(media_time !== undefined && { media_time }) } })

describe('news that belongs to a picture', () => {
  let told: Frame[]
  let held: Held
  let clock: () => number | null
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 })
    told = []
    clock = () => Date.now() - 3000
    held = new Held(() => clock(), (frames) => told.push(...frames))
  })
  afterEach(() => {
    held.clear()
    vi.useRealTimers()
  })

  it('waits until the picture is on the screen, and not longer; its number is counted at once', () => {
    const stand = held.take(pin('itm_1', 1000, 7))
    expect(stand).toEqual({ t: 'held', s: 7, d: null })
    vi.advanceTimersByTime(2900)
    expect(told).toEqual([])
    vi.advanceTimersByTime(200)
    expect(told).toEqual([{ t: 'spotlight-product', d: { item_id: 'itm_1', media_time: 1000 } }])
  })

  it('comes at once to who sees the host at once, who watches no live picture, and who is far behind', () => {
    clock = () => Date.now()
    expect(held.take(pin('itm_1', 1000)).t).toBe('spotlight-product')
    clock = () => null
    expect(held.take(pin('itm_1', 1000)).t).toBe('spotlight-product')
    clock = () => Date.now() - 600_000
    expect(held.take(pin('itm_1', 1000)).t).toBe('spotlight-product')
  })

  it('does not wait for ever for a picture that stands still', () => {
    const stopped = Date.now() - 3000
    clock = () => stopped
    held.take(pin('itm_1', 1000))
    vi.advanceTimersByTime(6900)
    expect(told).toEqual([])
    vi.advanceTimersByTime(200)
    expect(told).toHaveLength(1)
  })

  it('gives way to newer news and to the whole room', () => {
    held.take(pin('itm_1', 1000))
    held.take(pin(null))
    held.take(pin('itm_2', 1000))
    held.take({ t: 'room-state', d: {} })
    vi.advanceTimersByTime(20_000)
    expect(told).toEqual([])
  })
})
