import { describe, expect, it } from 'vitest'
import type { StreamItem } from '@/api/types'
import type { ChatMessage } from '@/shared/realtime/frames'
import type { Health, ShopOrder, ShowClaim } from '../api/types'
import { boardOf } from './board'
import { guessOrder } from './guess-order'
import { judge } from './health'
import { settledComments } from './settled-comments'
import { itemOfDigit, nextItem } from './use-pin-keys'

const AT = Date.parse('2026-11-20T12:00:00Z')
const claim = (state: ShowClaim['state'], quantity: number, amount: number, more: Partial<ShowClaim> = {}) =>
  ({ id: `clm_${Math.random()}`, state, quantity, unit_price: { amount, currency: 'TWD' }, source: 'tap', buyer: { id: 'u1', display_name: 'Ann' }, created_at: new Date(AT).toISOString(), ...more }) as ShowClaim
const order = (state: ShopOrder['state'], amount: number, refunded = 0) => ({ state, total: { amount, currency: 'TWD' }, refunded: { amount: refunded, currency: 'TWD' } }) as ShopOrder

describe('money board', () => {
  it('sums what is held, owed, paid and lost', () => {
    const board = boardOf(
      [claim('held', 2, 100), claim('ordered', 1, 300), claim('expired', 3, 50), claim('released', 9, 999), claim('waitlisted', 4, 100)],
      [order('pending_payment', 360), order('paid', 500, 120), order('shipped', 40), order('cancelled', 777), order('refunded', 90, 90)],
      'TWD',
    )
    expect(board.claimed).toEqual({ money: { amount: 500, currency: 'TWD' }, count: 3 })
    expect(board.held.count).toBe(2)
    expect(board.unpaid).toEqual({ money: { amount: 360, currency: 'TWD' }, count: 1 })
    expect(board.paid).toEqual({ money: { amount: 420, currency: 'TWD' }, count: 2 })
    expect(board.expired.money.amount).toBe(150)
    expect(board.waiting).toBe(4)
  })
})

describe('orders in comments', () => {
  const items = [{ id: 'i1', code: 'A1' }, { id: 'i2', code: 'A12' }, { id: 'i3', code: 'ไฟ' }] as StreamItem[]
  const guess = (text: string) => {
    const found = guessOrder(text, items, 'i2')
    return found && [found.item?.id ?? null, found.quantity]
  }
  it('reads code and quantity', () => {
    expect(guess('A1+2')).toEqual(['i1', 2])
    expect(guess('請問 a12 x3 可以嗎')).toEqual(['i2', 3])
    expect(guess('Ａ１＋２')).toEqual(['i1', 2])
    expect(guess('จอง ไฟ ๒ ชิ้น')).toEqual(['i3', 2])
    expect(guess('請問 A1 兩個可以嗎')).toEqual(['i1', 2])
    expect(guess('A1')).toEqual(['i1', 1])
  })
  it('means the item held up when there is no code', () => {
    expect(guess('+1')).toEqual(['i2', 1])
    expect(guess('我要')).toEqual(['i2', 1])
  })
  it('leaves talk alone', () => {
    expect(guess('好漂亮')).toBeNull()
    expect(guess('BA1 hello')).toBeNull()
    expect(guess('A123')).toBeNull()
  })
  it('never proposes a silly quantity', () => {
    expect(guess('A1+0')?.[1]).toBe(1)
  })
})

describe('comments that became claims', () => {
  const said = (id: string, user: string, seconds: number): ChatMessage => ({ id, user: { id: user, name: user, role: 'buyer' }, text: 'A1+1', at: AT + seconds * 1000 })
  it('takes the last one of the buyer before the claim', () => {
    const orders = [said('m1', 'u1', -300), said('m2', 'u1', -1), said('m3', 'u2', -1), said('m4', 'u1', 60)]
    expect([...settledComments(orders, [claim('held', 1, 1, { source: 'comment' })])]).toEqual(['m2'])
    expect([...settledComments(orders.slice(0, 1), [claim('held', 1, 1, { source: 'comment' })])]).toEqual([])
    expect([...settledComments(orders.slice(0, 1), [claim('held', 1, 1, { source: 'staff' })])]).toEqual(['m1'])
    expect([...settledComments(orders, [claim('held', 1, 1)])]).toEqual([])
  })
})

describe('signal', () => {
  const good: Health = { at: AT, bitrate_kbps: 2500, fps: 30, key_interval_seconds: 2, width: 1280, height: 720, video_codec: 'h264', audio_codec: 'aac', dropped: 0 }
  it('says what to change', () => {
    expect(judge(good, AT)).toEqual({ level: 'good', words: [] })
    expect(judge({ ...good, key_interval_seconds: 8 }, AT)).toEqual({ level: 'fair', words: ['key-interval-long'] })
    expect(judge({ ...good, bitrate_kbps: 300, audio_codec: null }, AT)).toEqual({ level: 'poor', words: ['bitrate-low', 'no-audio'] })
    expect(judge(good, AT + 60_000)).toEqual({ level: 'poor', words: ['stale'] })
  })
})

describe('keys of the run of show', () => {
  const ids = Array.from({ length: 12 }, (_, place) => `i${place + 1}`)
  it('walks round and finds places', () => {
    expect([nextItem(ids, null), nextItem(ids, 'i1'), nextItem(ids, 'i12'), nextItem([], null)]).toEqual(['i1', 'i2', 'i1', null])
    expect([itemOfDigit(ids, '1'), itemOfDigit(ids, '9'), itemOfDigit(ids, '0'), itemOfDigit(ids.slice(0, 2), '3'), itemOfDigit(ids, 'x')]).toEqual(['i1', 'i9', 'i10', null, null])
  })
})
