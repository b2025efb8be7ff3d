import { describe, expect, it } from 'vitest'
import type { Frame, RoomSnapshot } from './frames'
import samples from './room-samples.json'
import { CHAT_LIMIT, emptyRoom, fromSnapshot, openRules, reduceFrames } from './room-reducer'

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
    expect(next).toMatchObject({ rules: { slow_mode_seconds: 10 }, hearts: 4, state: 'interrupted', seq: 16 })
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

  it('takes the rules of the snapshot, then each change', () => {
    const ruled = fromSnapshot(emptyRoom, { ...snapshot, slow_mode: 5, rules: { slow_mode_seconds: 5, followers_only_minutes: 0 } })
    expect(ruled.rules).toEqual({ ...openRules, slow_mode_seconds: 5, followers_only_minutes: 0 })
    const next = reduceFrames(ruled, [{ t: 'room-rules', s: 11, d: { slow_mode_seconds: 5, followers_only_minutes: null, links: 'block', contacts: 'mask', raid_until: 99 } }])
    expect(next.rules).toEqual({ slow_mode_seconds: 5, followers_only_minutes: null, links: 'block', contacts: 'mask', raid_until: 99 })
  })

  it('keeps words for this person alone in the chat, with what they answer, also over a fresh snapshot', () => {
    const reply: Frame = { t: 'private-reply', n: 1, at: 1769000000500, d: { id: 'prv_1', from: { id: 'usr_2', name: 'Host', role: 'host' }, text: 'We have it in red', in_reply_to: 'm1' } }
    const next = reduceFrames(room, [reply, reply])
    expect(next.chat.map((message) => message.id)).toEqual(['m1', 'prv_1'])
    expect(next.chat[1]?.secret).toEqual({ quote: 'hello' })
    const later = { id: 'm3', user: { id: 'usr_1', name: 'Ann', role: 'buyer' }, text: 'thanks', at: 1769000000900 }
    expect(fromSnapshot(next, { ...snapshot, chat: [...snapshot.chat, later] }).chat.map((message) => message.id)).toEqual(['m1', 'prv_1', 'm3'])
  })

  it('takes away everything somebody wrote', () => {
    const more = reduceFrames(room, [{ t: 'chat-message', s: 11, d: { id: 'm2', user: { id: 'usr_1', name: 'Ann', role: 'buyer' }, text: 'again' } }, { t: 'chat-message', s: 12, d: { id: 'm3', user: { id: 'usr_2', name: 'Bo', role: 'buyer' }, text: 'hi' } }])
    expect(reduceFrames(more, [{ t: 'chat-deleted', s: 13, d: { user_id: 'usr_1' } }]).chat.map((message) => message.id)).toEqual(['m3'])
  })

  it('knows the place in the line, the turn and its end', () => {
    const turn = reduceFrames(room, [{ t: 'queue-position', n: 1, d: { position: 1, item_id: 'itm_1', turn: true, turn_expires_at: '2026-01-21T13:03:20Z' } }])
    expect(turn).toMatchObject({ queuePosition: 1, queueItem: 'itm_1', turn: { until: '2026-01-21T13:03:20Z' } })
    expect(reduceFrames(turn, [{ t: 'queue-position', n: 2, d: { position: null } }])).toMatchObject({ queuePosition: null, queueItem: null, turn: null })
  })

  it('counts who comes in, also those without a name', () => {
    const next = reduceFrames(room, [{ t: 'joined', d: { names: ['Ann'], count: 1 } }, { t: 'joined', d: { names: ['Bo', 'Cy'], count: 9 } }])
    expect(next.joined).toEqual({ names: ['Bo', 'Cy'], total: 10 })
  })

  it('says when the room hears nothing new', () => {
    const stale = reduceFrames(room, [{ t: 'room-health', d: { live: false } }])
    expect(stale.fresh).toBe(false)
    expect(reduceFrames(stale, [{ t: 'room-health', d: { live: true } }]).fresh).toBe(true)
  })

  it('survives frames without data', () => {
    for (const kind of ['chat-message', 'item-updated', 'stock-changed', 'claim-result', 'sold', 'muted', 'queue-position', 'private-reply', 'joined', 'room-rules', 'room-health', 'chat-deleted']) {
      expect(() => reduceFrames(room, [{ t: kind }])).not.toThrow()
    }
  })
})
