import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/problem'
import { FakeSocket } from './fake-socket'
import type { Frame } from './frames'
import { backoff, mayReconnect, RoomSocket, socketUrl, type Position, type SocketStatus, type Ticket } from './socket'

function harness(resume: Position | null = null, ticket: () => Promise<Ticket> = () => Promise.resolve({ url: '/ws', ticket: 'T' })) {
  const places: (number | null)[] = []
  const seen: Frame[] = []
  const states: [SocketStatus, number | undefined][] = []
  const socket = new RoomSocket({
    ticket,
    place: (position) => places.push(position),
    frames: (frames) => seen.push(...frames),
    status: (status, code) => states.push([status, code]),
    resumeFrom: () => resume,
  })
  return { socket, seen, states, places }
}

beforeEach(() => {
  FakeSocket.all = []
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function opened(resume: Position | null = null) {
  const parts = harness(resume)
  parts.socket.start()
  await vi.advanceTimersByTimeAsync(0)
  const wire = FakeSocket.all[0]!
  wire.open()
  return { ...parts, wire }
}

describe('room socket', () => {
  it('matches answers to what was asked', async () => {
    const { socket, wire } = await opened()
    const good = socket.send('chat-message', { text: 'hi' })
    const bad = socket.send('chat-message', { text: 'no' })
    const failed = expect(bad).rejects.toMatchObject({ code: 'muted', status: 403 })
    const [first, second] = wire.sent
    wire.say([{ t: 'error', id: second!['id'] as number, d: { code: 'muted', status: 403 } }, { t: 'ack', id: first!['id'] as number, d: { id: 'cht_1', seq: 9 } }])
    await expect(good).resolves.toEqual({ id: 'cht_1', seq: 9 })
    await failed
  })

  it('hands on every frame that is no answer, in order', async () => {
    const { wire, seen } = await opened()
    wire.say([{ t: 'viewer-count', d: { count: 2 } }, { t: 'resync', d: { epoch: 'e', seq: 1 } }, { t: 'ack', id: 99, d: {} }, { t: 'from-the-future' }])
    expect(seen.map((frame) => frame.t)).toEqual(['viewer-count', 'resync', 'from-the-future'])
  })

  it('comes back after 4010 with the number of its last private frame', async () => {
    const { wire } = await opened({ epoch: 'e', seq: 7, n: 2 })
    wire.drop(4010)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(FakeSocket.all[1]!.url).toContain('epoch=e&seq=7&n=2')
  })

  it('reconnects after 4001 and resumes, but not after 4503', async () => {
    const { wire, states } = await opened({ epoch: 'e', seq: 7, n: 2 })
    expect(wire.url).toContain('ticket=T&epoch=e&seq=7&n=2')
    wire.drop(4001)
    await vi.advanceTimersByTimeAsync(20_000)
    const again = FakeSocket.all[1]!
    again.open()
    again.drop(4503)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(FakeSocket.all).toHaveLength(2)
    expect(states.at(-1)).toEqual(['closed', 4503])
  })

  it('fails what was waiting when the line drops', async () => {
    const { socket, wire } = await opened()
    const lost = expect(socket.send('chat-message', { text: 'hi' })).rejects.toMatchObject({ code: 'offline' })
    wire.drop(1006)
    await lost
  })

  it('sends what was said while the line was opening, once it is open', async () => {
    const { socket } = harness()
    const early = socket.send('chat-message', { text: 'early' })
    socket.start()
    await vi.advanceTimersByTimeAsync(0)
    const wire = FakeSocket.all[0]!
    expect(wire.sent).toEqual([])
    wire.open()
    expect(wire.sent).toMatchObject([{ t: 'chat-message', d: { text: 'early' } }])
    wire.say([{ t: 'ack', id: wire.sent[0]!['id'] as number, d: {} }])
    await expect(early).resolves.toEqual({})
  })

  it('hangs up on a line that is still opening only once it is open', async () => {
    const { socket } = harness()
    socket.start()
    await vi.advanceTimersByTimeAsync(0)
    const wire = FakeSocket.all[0]!
    socket.stop()
    expect(wire.closed).toBe(false)
    wire.open()
    expect(wire.closed).toBe(true)
  })

  it('says so when the line does not open in time, and sends nothing late', async () => {
    const { socket } = harness()
    const lost = expect(socket.send('chat-message', { text: 'hi' })).rejects.toMatchObject({ code: 'offline' })
    await vi.advanceTimersByTimeAsync(10_000)
    await lost
    socket.start()
    await vi.advanceTimersByTimeAsync(0)
    FakeSocket.all[0]!.open()
    expect(FakeSocket.all[0]!.sent).toEqual([])
  })
})

describe('connection rules', () => {
  it('spreads reconnects and caps them', () => {
    expect(backoff(0, () => 0)).toBe(200)
    expect(backoff(50, () => 1)).toBeLessThanOrEqual(15_200)
  })
  it('reads close codes', () => {
    expect([1006, 4001, 4499].map(mayReconnect)).toEqual([true, true, true])
    expect([4500, 4503, 4999].map(mayReconnect)).toEqual([false, false, false])
  })
  it('builds the address from any form the server gives', () => {
    expect(socketUrl({ url: '/ws', ticket: 'a' }, 'https://shop.example/x')).toBe('wss://shop.example/ws?ticket=a')
    expect(socketUrl({ url: 'ws://h:1/ws?ticket=b', ticket: 'a' }, 'http://shop.example')).toBe('ws://h:1/ws?ticket=b')
  })

  it('stands in line before a full room, and goes in as soon as there is a place', async () => {
    const answers = [2, 1]
    const { socket, states, places } = harness(null, () => {
      const position = answers.shift()
      if (position === undefined) return Promise.resolve({ url: '/ws', ticket: 'T' })
      return Promise.reject(new Problem(409, 'room-full', { position, retry_after: 5 }))
    })
    socket.start()
    await vi.advanceTimersByTimeAsync(0)
    expect(states.at(-1)).toEqual(['full', undefined])
    expect(FakeSocket.all).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(5000)
    expect(places).toEqual([2, 1])
    // Nobody in the line sees "connecting" flash by at every question.
    expect(states.map(([status]) => status)).toEqual(['connecting', 'full', 'full'])
    await vi.advanceTimersByTimeAsync(5000)
    FakeSocket.all[0]!.open()
    expect(states.at(-1)).toEqual(['open', undefined])
    socket.stop()
  })

  it('keeps standing in line while the network is away', async () => {
    const answers = [new Problem(409, 'room-full', { position: 4, retry_after: 1 }), new Problem(0, 'offline'), new Problem(409, 'room-full', { position: 3, retry_after: 1 })]
    const { socket, states, places } = harness(null, () => Promise.reject(answers.shift() ?? new Problem(0, 'offline')))
    socket.start()
    await vi.advanceTimersByTimeAsync(5000)
    expect(places).toEqual([4, 3])
    expect(states.map(([status]) => status)).toEqual(['connecting', 'full', 'full'])
    socket.stop()
  })
})
