import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import samples from '../../../../contracts/room-samples.json'
import { FakeSocket } from './fake-socket'
import type { Frame } from './frames'
import { Room } from './room'

const state = samples.server[0]!.frame as Frame
const snapshot = state.d as Record<string, unknown>
const http = vi.hoisted(() => ({ get: vi.fn(), post: vi.fn() }))
vi.mock('@/api/client', () => http)

const slow = (s: number, seconds = s): Frame => ({ t: 'slow-mode', s, d: { seconds } })
let room: Room

beforeEach(async () => {
  FakeSocket.all = []
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.useFakeTimers()
  // A hidden page applies frames at once, without waiting to be painted.
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  http.get.mockReset().mockResolvedValue(snapshot)
  http.post.mockResolvedValue({ url: '/ws', ticket: 'T' })
  room = new Room('str_1')
  room.open()
  await vi.advanceTimersByTimeAsync(0)
  wire().open()
  wire().say([state])
})
afterEach(() => {
  room.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const wire = () => FakeSocket.all.at(-1)!
const view = () => room.store.getState()
const asked = () => wire().sent.filter((frame) => frame['t'] === 'join-room')
async function answer(resumed: boolean) {
  wire().say([{ t: 'ack', id: asked().at(-1)!['id'] as number, d: { epoch: state.d && snapshot['epoch'], seq: 42, resumed } }])
  await vi.advanceTimersByTimeAsync(0)
}

describe('a room with a gap', () => {
  it('asks the server once for what is missing, and goes on when it has come', async () => {
    wire().say([slow(42)])
    wire().say([slow(43)])
    expect(view()).toMatchObject({ seq: 40, sync: 'gap', rules: { slow_mode_seconds: 0 } })
    expect(asked()).toMatchObject([{ d: { epoch: snapshot['epoch'], seq: 40, n: null } }])
    wire().say([slow(41), slow(42), slow(43)])
    await answer(true)
    expect(view()).toMatchObject({ seq: 43, sync: 'good', rules: { slow_mode_seconds: 43 } })
    expect(asked()).toHaveLength(1)
    wire().say([slow(45)])
    expect(asked()).toHaveLength(2)
  })

  it('asks for the whole room when the answer did not close the gap', async () => {
    wire().say([slow(42)])
    await answer(true)
    expect(asked().map((frame) => (frame['d'] as { epoch: string }).epoch)).toEqual([snapshot['epoch'], 'unknown'])
    wire().say([{ t: 'resync', d: { epoch: 'e2', seq: 42 } }, { ...state, s: 42, d: { ...snapshot, epoch: 'e2', seq: 42, slow_mode: 9 } }, slow(43, 1)])
    await answer(false)
    expect(view()).toMatchObject({ epoch: 'e2', seq: 43, sync: 'good', rules: { slow_mode_seconds: 1 } })
    expect(asked()).toHaveLength(2)
  })

  it('comes back from where the numbers still added up', async () => {
    wire().say([slow(41), slow(43)])
    wire().drop(1006)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(wire().url).toContain(`epoch=${String(snapshot['epoch'])}&seq=41`)
    wire().open()
    wire().say([slow(42), slow(43)])
    expect(view()).toMatchObject({ seq: 43, sync: 'good' })
    wire().say([slow(45)])
    expect(asked()).toHaveLength(1)
  })
})

describe('a room that came back', () => {
  it('takes stock from a snapshot and leaves the numbers to the line', async () => {
    wire().drop(1006)
    await vi.advanceTimersByTimeAsync(20_000)
    wire().open()
    wire().say([slow(41)])
    const items = (snapshot['items'] as { available: number }[]).map((item) => ({ ...item, available: 1 }))
    http.get.mockResolvedValue({ ...snapshot, seq: 50, slow_mode: 99, items })
    await vi.advanceTimersByTimeAsync(5000)
    expect(http.get).toHaveBeenCalledTimes(2)
    expect(view()).toMatchObject({ seq: 41, rules: { slow_mode_seconds: 41 } })
    expect(view().items.map((item) => item.available)).toEqual([1, 1])
  })
})
