import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Frame, RoomSnapshot } from './frames'
import { reduceFrames } from './room-reducer'
import { emptyRoom, fromSnapshot, reconcile, type RoomState } from './room-view'

/**
 * Random histories that clients of real edges lived through, see server/tests/edge/histories.py: the server's tests make
 * new ones and run this file over them; a few are kept for when there is no server.
 */
interface Part {
  /** Read over HTTP before the line was opened, or beside it. */
  http?: RoomSnapshot
  beside?: RoomSnapshot
  frames?: Frame[]
}
interface Story {
  steps: unknown[][]
  truth: Part[]
  clients: { who: string; journal: Part[]; privately: { muted?: { muted: boolean }; 'queue-position'?: { position: number } }; orders: number }[]
}

const file = process.env['ROOM_HISTORIES'] ?? 'tests/data/room-histories.json'
const stories = JSON.parse(readFileSync(file, 'utf8')) as Story[]

function take(room: RoomState, { http, beside, frames = [] }: Part): RoomState {
  if (http) return fromSnapshot(room, http)
  return beside ? reconcile(room, beside) : reduceFrames(room, frames)
}
const fold = (journal: Part[]) => journal.reduce(take, emptyRoom)

/** What a room shows, without what a newcomer cannot know: passing things, and words for one person. */
function shown({ epoch, seq, sync, state, pinned, pinnedMessage, rules, items, chat }: RoomState) {
  const said = chat.filter((message) => !message.secret).map(({ id, text, user }) => ({ id, text, user }))
  return { epoch, seq, sync, state, pinned, pinnedMessage, rules, items, chat: said }
}
/** Stock has no number: who misses it is not told so. */
const numbered = (room: RoomState): RoomState => ({ ...room, items: room.items.map((item) => ({ ...item, available: 0, product: { ...item.product, variants: [] } })) })

/** A snapshot has the last fifty messages: where there are more, people know different older ones. */
function expectSame(room: RoomState, truth: RoomState, why: string) {
  const [mine, fresh] = [shown(room), shown(truth)]
  if (fresh.chat.length >= 50) {
    const both = Math.min(mine.chat.length, fresh.chat.length)
    mine.chat = mine.chat.slice(-both)
    fresh.chat = fresh.chat.slice(-both)
  }
  expect(mine, why).toEqual(fresh)
}

/** Small, and the same on every run. */
function dice(seed: number) {
  let state = seed
  return (sides: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * sides)
  }
}

const outcomes = { gap: 0, end: 0, healed: 0, again: 0 }
const parts = (journal: Part[]) => journal.flatMap(({ frames, ...other }): Part[] => (frames ? frames.map((frame) => ({ frames: [frame] })) : [other]))

describe.each(stories.map((story, number) => ({ number, story })))('history $number', ({ number, story }) => {
  const truth = fold(story.truth)

  it('has a truth', () => {
    expect(truth).toMatchObject({ ready: true, sync: 'good' })
  })

  it.each(story.clients)('folds to the truth for $who', ({ journal, privately, orders }) => {
    const room = fold(journal)
    expectSame(room, truth, JSON.stringify(story.steps))
    if (privately.muted) expect(room.muted).toBe(privately.muted.muted)
    if (privately['queue-position']) expect(room.queuePosition).toBe(privately['queue-position'].position)
    const told = new Set(journal.flatMap(({ frames = [] }) => frames.flatMap((frame) => (frame.t === 'order-updated' ? [frame.n] : []))))
    // At least what was owed to this device; what was told before it came may come with a replay, but nothing twice.
    expect(room.orderTick).toBeGreaterThanOrEqual(orders)
    expect(room.orderTick).toBeLessThanOrEqual(told.size)
  })

  it.each(story.clients)('folds to the same when $who gets everything twice', ({ journal }) => {
    const twice = journal.flatMap((part) => (part.frames ? [part, part] : [part]))
    const { hearts: _a, joined: _b, pinnedAt: _c, lastClaim: _d, ...room } = fold(journal)
    const { hearts: _e, joined: _f, pinnedAt: _g, lastClaim: _h, ...doubled } = fold(twice)
    expect(doubled).toEqual(room)
  })

  it.each(story.clients)('lets nothing old in again for $who', ({ journal }) => {
    const room = fold(journal)
    const frames = journal.flatMap((part) => part.frames ?? [])
    // Numbers of an older epoch end at the last state: before it they say nothing about this room.
    const seen = frames.slice(frames.findLastIndex((frame) => frame.t === 'room-state') + 1).filter((frame) => (frame.s ?? Infinity) <= room.seq || frame.n !== undefined)
    outcomes.again += seen.length
    for (const frame of seen) expect(reduceFrames(room, [frame])).toBe(room)
  })

  it.each(story.clients)('is never wrong without saying so when $who misses frames', ({ journal }) => {
    const all = parts(journal)
    const kept = all.flatMap(({ frames }, index) => (typeof frames?.[0]?.s === 'number' ? [index] : []))
    const roll = dice(number * 1000 + all.length)
    for (let attempt = 0; attempt < 25 && kept.length > 0; attempt += 1) {
      const lost = new Set(Array.from({ length: 1 + roll(3) }, () => kept[roll(kept.length)]))
      const room = fold(all.filter((_, index) => !lost.has(index)))
      if (room.sync !== 'good') outcomes.gap += 1
      else if (room.seq < truth.seq || room.epoch !== truth.epoch) outcomes.end += 1
      else {
        outcomes.healed += 1
        expectSame(numbered(room), numbered(truth), `without ${[...lost].join()} of ${JSON.stringify(all)}`)
      }
    }
  })
})

it('has tried losses that leave a gap, that are at the end, and that were made good; and old frames', () => {
  expect(Math.min(outcomes.gap, outcomes.end, outcomes.healed, outcomes.again)).toBeGreaterThan(0)
})
