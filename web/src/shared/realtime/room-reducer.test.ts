import { describe, expect, it } from 'vitest'
import type { Frame, RoomSnapshot } from './frames'
import samples from './room-samples.json'
import { CHAT_LIMIT, emptyRoom, fromSnapshot, reduceFrames } from './room-reducer'

const snapshot = samples.snapshot as unknown as RoomSnapshot
const frames = samples.frames as Frame[]
const room = fromSnapshot(emptyRoom, snapshot)

describe('room reducer', () => {
  it('applies the sample frames', () => {
    const next = reduceFrames(room, frames)
    expect(next.pinned).toBe('itm_1')
    expect(next.items[0]).toMatchObject({ pinned: true, available: 4, product: { variants: [{ available: 4 }] } })
    expect(next.viewers).toBe(57)
    expect(next.chat.map((message) => message.id)).toEqual(['m2'])
    expect(next.lastClaim?.result.claim?.state).toBe('held')
    expect(next.privateSeq).toBe(1)
    expect(next).toMatchObject({ slowSeconds: 10, hearts: 4, state: 'interrupted', seq: 16 })
  })

  it('does not change its input', () => {
    const before = JSON.stringify(room)
    reduceFrames(room, frames)
    expect(JSON.stringify(room)).toBe(before)
  })

  it('skips kept frames it has seen and unknown kinds', () => {
    const next = reduceFrames(room, frames)
    expect(reduceFrames(next, [{ t: 'spotlight-product', s: 12, d: { item_id: null } }]).pinned).toBe('itm_1')
    expect(reduceFrames(next, [{ t: 'from-the-future', s: 99, d: {} }])).toBe(next)
  })

  it('replaces the waiting copy of an own message by its echo', () => {
    const waiting = { ...room, chat: [{ id: 'local-1', user: { id: 'usr_9', name: 'Me', role: 'buyer' }, text: 'A1+1', at: 0, pending: 'sending' as const }] }
    const next = reduceFrames(waiting, [{ t: 'chat-message', s: 11, d: { id: 'm9', user: { id: 'usr_9', name: 'Me', role: 'buyer' }, text: 'A1+1' } }])
    expect(next.chat.map((message) => message.id)).toEqual(['m9'])
  })

  it('keeps a bounded chat', () => {
    const flood = Array.from({ length: 500 }, (_, n): Frame => ({ t: 'chat-message', s: 11 + n, d: { id: `x${n}`, user: { id: 'u', name: 'u', role: 'buyer' }, text: 'hi' } }))
    const next = reduceFrames(room, flood)
    expect(next.chat).toHaveLength(CHAT_LIMIT)
    expect(next.chat.at(-1)?.id).toBe('x499')
  })

  it('survives frames without data', () => {
    for (const kind of ['chat-message', 'item-updated', 'stock-changed', 'claim-result', 'sold', 'muted', 'queue-position']) {
      expect(() => reduceFrames(room, [{ t: kind }])).not.toThrow()
    }
  })
})
