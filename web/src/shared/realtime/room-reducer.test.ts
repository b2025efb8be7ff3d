import { describe, expect, it } from 'vitest'
import samples from '../../../../contracts/room-samples.json'
import type { Frame, RoomSnapshot } from './frames'
import { reduceFrames } from './room-reducer'
import { steps } from './room-steps'
import { CHAT_LIMIT, emptyRoom, fromSnapshot, openRules, reconcile, type RoomState } from './room-view'

const said = samples.server.map(({ frame }) => frame as Frame)
const known = Object.keys(steps)
const [state] = said as [Frame]
/** The samples as one evening; a private frame that bears a later number than one after it was said on another. */
const story = said.filter((frame, place) => frame.t !== 'room-state' && frame.t !== 'resync' && !said.slice(place).some((later) => (later.n ?? Infinity) < (frame.n ?? 0)))
const snapshot = state.d as unknown as RoomSnapshot
const room = fromSnapshot(emptyRoom, snapshot)
const after = (...names: string[]) => reduceFrames(room, names.map(sample))
const sample = (name: string): Frame => samples.server.find((one) => one.name === name)!.frame as Frame
/** A numbered frame that comes next. */
const next = (view: RoomState, t: string, d: unknown): RoomState => reduceFrames(view, [{ t, s: view.seq + 1, d }])
const ids = (view: RoomState) => view.chat.map((message) => message.id)
const spam = { id: 'cht_10', user: { id: 'usr_spam', name: 'promo', role: 'buyer' }, text: 'look at my shop', at: 0 }
/** A room in which everything is other than any sample says. */
const elsewhere: RoomState = { ...room, state: 'draft', pinned: 'itm_0', pinnedMessage: 'x', viewers: 0, queuePosition: 9, chat: [...room.chat, spam], rules: { ...openRules, slow_mode_seconds: 99 } }
const ann = { id: 'usr_ann', name: '小安', role: 'buyer' }

describe('the samples that the server is tested with', () => {
  it('have a step each, or are known not to be for the view', () => {
    const kinds = new Set(said.map((frame) => frame.t).filter((kind) => kind !== 'ack' && kind !== 'error'))
    expect([...kinds].sort()).toEqual([...known].sort())
    expect(known.filter((kind) => steps[kind as keyof typeof steps] === null)).toEqual(['cart', 'webrtc-offer', 'webrtc-answer', 'webrtc-ice-candidate'])
  })

  it.each(samples.server.filter(({ frame }) => Object.hasOwn(steps, frame.t) && steps[frame.t as keyof typeof steps]))('change the view: $name', ({ frame }) => {
    const view = { ...elsewhere, seq: ((frame as Frame).s ?? 41) - 1, muted: !('muted' in frame.d && frame.d.muted), fresh: !('live' in frame.d && frame.d.live) }
    const changed = reduceFrames(view, [frame as Frame])
    const { seq: _seq, privateSeq: _n, ...shown } = changed
    const { seq: _was, privateSeq: _m, ...shownBefore } = view
    expect(shown).not.toEqual(shownBefore)
  })

  it('fold to the room they tell of', () => {
    const end = reduceFrames(room, story)
    expect(end).toMatchObject({ epoch: '5f1c0a9be2d4', seq: 60, sync: 'good', state: 'ended', pinned: null, viewers: 57, hearts: 42, orderTick: 1, muted: false, queuePosition: null, turn: null, fresh: true })
    expect(end.items.map((item) => [item.code, item.available])).toEqual([['A1', 3], ['C3', 6]])
    expect(ids(end)).toEqual(['cht_02', 'cht_03', 'cht_09', 'cht_11', 'prv_1', 'prv_2'])
    expect(end.chat[3]?.shadow).toBe(true)
    expect(end.chat[4]?.secret).toEqual({ quote: 'A1+2' })
    expect(end.announcement).toEqual({ id: 'ann_1', text: '滿千免運到九點' })
    expect(end.sold).toMatchObject({ code: 'A1', name: '' })
    expect(end.lastClaim?.result.claim?.state).toBe('held')
    expect(end.joined).toEqual({ names: [], total: 10 })
    expect(end.rules).toMatchObject({ links: 'allow', followers_only_minutes: null })
  })

  it('do not change what they are applied to', () => {
    const before = JSON.stringify(room)
    reduceFrames(room, story)
    expect(JSON.stringify(room)).toBe(before)
  })
})

describe('numbers', () => {
  it('let nothing in twice', () => {
    const end = reduceFrames(room, story)
    for (const frame of story.filter((one) => one.s ?? one.n)) expect(reduceFrames(end, [frame])).toBe(end)
  })

  it('let nothing in beyond a gap, and say so, until what is missing has come', () => {
    const [, ...later] = story.filter((frame) => frame.s) as [Frame, ...Frame[]]
    const stuck = reduceFrames(room, later)
    expect(stuck).toEqual({ ...room, sync: 'gap' })
    expect(reduceFrames(stuck, story.filter((frame) => frame.s))).toMatchObject({ sync: 'good', seq: 60, state: 'ended' })
  })

  it('count a kind of a later build', () => {
    const later = next(room, 'from-the-future', { anything: 1 })
    expect(later).toEqual({ ...room, seq: 41 })
    expect(next(later, 'slow-mode', { seconds: 3 })).toMatchObject({ sync: 'good', rules: { slow_mode_seconds: 3 } })
  })

  it('count for nothing before there is a room, and after it was announced anew', () => {
    expect(reduceFrames(emptyRoom, [{ t: 'slow-mode', s: 1, d: { seconds: 3 } }])).toBe(emptyRoom)
    const told = reduceFrames(room, [{ t: 'resync', d: { epoch: 'new', seq: 40 } }])
    expect(next(told, 'slow-mode', { seconds: 3 })).toBe(told)
    const anew = reduceFrames(told, [{ ...state, d: { ...(state.d as object), epoch: 'new', seq: 2 } }])
    expect(anew).toMatchObject({ epoch: 'new', seq: 2, sync: 'good' })
    expect(next(anew, 'slow-mode', { seconds: 3 }).rules.slow_mode_seconds).toBe(3)
  })

  it('still hold when the room is announced anew in the same epoch', () => {
    const told = reduceFrames(room, [{ t: 'resync', d: { epoch: room.epoch, seq: 45 } }])
    expect(next(told, 'slow-mode', { seconds: 3 })).toMatchObject({ seq: 41, sync: 'good' })
    expect(reduceFrames(told, [{ t: 'slow-mode', s: 43, d: { seconds: 3 } }]).sync).toBe('gap')
  })

  it('of one person rise, and are not counted against the room', () => {
    const told = reduceFrames(room, [{ t: 'order-updated', n: 900, d: {} }, { t: 'order-updated', n: 950, d: {} }, { t: 'order-updated', n: 950, d: {} }])
    expect(told).toMatchObject({ orderTick: 2, privateSeq: 950, seq: 40, sync: 'good' })
  })
})

describe('chat', () => {
  const message = (id: string, text = 'A1+1') => ({ id, user: ann, text })
  const waiting = { ...room, chat: [{ ...message('local-1'), at: 0, pending: 'sending' as const }] }

  it('replaces the waiting copy of an own message by its echo', () => {
    expect(ids(next(waiting, 'chat-message', message('m9')))).toEqual(['m9'])
  })

  it('puts a message that was answered before its echo came where the echo stands', () => {
    const answered = { ...room, chat: [{ ...message('m9'), at: 0 }] }
    const end = next(next(answered, 'chat-message', message('m8', 'first')), 'chat-message', message('m9'))
    expect(ids(end)).toEqual(['m8', 'm9'])
  })

  it('does not bring back what was deleted', () => {
    const end = next(next(room, 'chat-message', message('m9')), 'chat-deleted', { id: 'm9' })
    expect(ids(reduceFrames(end, [{ t: 'chat-message', s: 41, d: message('m9') }]))).not.toContain('m9')
  })

  it('is bounded', () => {
    const flood = Array.from({ length: 500 }, (_, n): Frame => ({ t: 'chat-message', s: 41 + n, d: message(`x${n}`) }))
    const end = reduceFrames(room, flood)
    expect(end.chat).toHaveLength(CHAT_LIMIT)
    expect(end.chat.at(-1)?.id).toBe('x499')
  })

  it('loses everything somebody wrote, but not what the shop told this person', () => {
    const told = reduceFrames(next(room, 'chat-message', message('m9')), [{ ...sample('the shop writes first'), n: 1 }])
    const end = next(told, 'chat-deleted', { user_id: ann.id })
    expect(ids(end)).toEqual(['cht_01', 'cht_02', 'prv_2'])
    expect(ids(next(end, 'chat-deleted', { user_id: 'usr_host' }))).toEqual(['cht_01', 'prv_2'])
  })

  it('keeps over a fresh snapshot what only this device knows, and nothing that the snapshot has', () => {
    const mine = { ...waiting, chat: [...waiting.chat, { ...message('local-2', 'lost'), at: 1, pending: 'failed' as const }] }
    const end = fromSnapshot(mine, { ...snapshot, chat: [{ ...message('m9'), at: 5 }] })
    expect(ids(end)).toEqual(['local-2', 'm9'])
    const replied = after('the shop answers in private')
    const later = { ...message('m3', 'thanks'), at: replied.chat.at(-1)!.at + 1 }
    expect(ids(fromSnapshot(replied, { ...snapshot, chat: [...snapshot.chat, later] }))).toEqual(['cht_01', 'cht_02', 'prv_1', 'm3'])
  })
})

describe('a snapshot', () => {
  it('brings the rules, which each change then follows', () => {
    const ruled = fromSnapshot(emptyRoom, { ...snapshot, slow_mode: 5, rules: { slow_mode_seconds: 5, followers_only_minutes: 0 } })
    expect(ruled.rules).toEqual({ ...openRules, slow_mode_seconds: 5, followers_only_minutes: 0 })
  })

  it('beside an open line brings stock, viewers and what is personal, and nothing that has a number', () => {
    const view = reduceFrames(room, [sample('a buyer orders by comment')])
    const items = snapshot.items.map((item) => ({ ...item, code: 'Z9', available: 1, product: { ...item.product, variants: item.product.variants.map((variant) => ({ ...variant, available: 1 })) } }))
    const end = reconcile(view, { ...snapshot, epoch: 'other', seq: 3, state: 'ended', items, viewers: 9, chat: [], me: { muted: true, queue_position: 4 } })
    expect(end).toMatchObject({ epoch: view.epoch, seq: 41, state: 'live', viewers: 9, muted: true, queuePosition: 4 })
    expect(ids(end)).toEqual(['cht_01', 'cht_02', 'cht_03'])
    expect(end.items.map((item) => [item.code, item.available, item.product.variants[0]?.available])).toEqual([['A1', 1, 1], ['B2', 1, 1]])
  })
})

describe('what is not as it should be', () => {
  it('changes nothing', () => {
    for (const kind of [...known, 'toString', '__proto__', '']) expect(reduceFrames(room, [{ t: kind }, { t: kind, d: null }, { t: kind, d: 7 }])).toEqual(room)
  })

  it('is told by the server: the news have stopped', () => {
    expect(after('news stop for a while').fresh).toBe(false)
    expect(after('news stop for a while', 'news come again').fresh).toBe(true)
  })

  it('has an end: turn and place in the line', () => {
    expect(after('second in the line')).toMatchObject({ queuePosition: 2, turn: null })
    expect(after('it is your turn')).toMatchObject({ queuePosition: null, queueItem: 'itm_a1', turn: { until: '2026-01-21T13:10:00Z' } })
    expect(after('it is your turn', 'out of the line')).toMatchObject({ queuePosition: null, queueItem: null, turn: null })
  })
})
