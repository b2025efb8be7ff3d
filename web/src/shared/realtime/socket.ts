import { Problem } from '@/api/problem'
import { learnServerTime } from '@/shared/hooks/now'
import type { Answers, AskKind, AskOf, Frame } from './frames'

/** `full`: there is no place in the room yet; asked again by itself. */
export type SocketStatus = 'connecting' | 'open' | 'waiting' | 'full' | 'closed'
export interface Ticket {
  url: string
  ticket: string
}
/** Where this device left off: the room's number, and the number of frames meant for this person alone. */
export interface Position {
  epoch: string
  seq: number
  n: number | null
}
interface Callbacks {
  ticket: () => Promise<Ticket>
  frames: (frames: Frame[]) => void
  status: (status: SocketStatus, code?: number) => void
  /** The place in the line before a full room. */
  place: (position: number | null) => void
  resumeFrom: () => Position | null
}
interface Waiting {
  resolve: (data: unknown) => void
  reject: (error: Problem) => void
  timer: ReturnType<typeof setTimeout>
}

const ANSWER_MS = 8000
const LONGEST_MS = 15_000
const FULL_SECONDS = 5

/** Full jitter, so that a restarted edge is not met by every viewer in the same instant. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST_MS, 500 * 2 ** Math.min(attempt, 10))
  return Math.round(200 + random() * ceiling)
}

export const mayReconnect = (code: number) => code < 4500 || code > 4999

export function socketUrl({ url, ticket }: Ticket, base: string, from: Position | null = null): string {
  const target = new URL(url, base)
  target.protocol = target.protocol === 'https:' || target.protocol === 'wss:' ? 'wss:' : 'ws:'
  if (!target.searchParams.has('ticket')) target.searchParams.set('ticket', ticket)
  if (from) {
    target.searchParams.set('epoch', from.epoch)
    target.searchParams.set('seq', String(from.seq))
    if (from.n !== null) target.searchParams.set('n', String(from.n))
  }
  return target.toString()
}

export class RoomSocket {
  private socket: WebSocket | null = null
  private attempt = 0
  private stopped = false
  private nextId = 0
  private timer: ReturnType<typeof setTimeout> | null = null
  private generation = 0
  private outside = false
  private readonly waiting = new Map<number, Waiting>()
  /** Said while the line was being opened: goes out as soon as it is. */
  private readonly unsent = new Map<number, string>()

  constructor(private readonly on: Callbacks) {}

  start(): void {
    this.stopped = false
    addEventListener('online', this.hurry)
    document.addEventListener('visibilitychange', this.hurry)
    void this.connect()
  }

  stop(): void {
    this.stopped = true
    removeEventListener('online', this.hurry)
    document.removeEventListener('visibilitychange', this.hurry)
    if (this.timer) clearTimeout(this.timer)
    this.generation += 1
    const { socket } = this
    // Closing a line that is still opening makes browsers complain: let it open first.
    if (socket?.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close(1000)
    else socket?.close(1000)
    this.unsent.clear()
    this.failWaiting()
  }

  send<K extends AskKind>(kind: K, data?: AskOf<K>): Promise<Answers[K]> {
    if (this.stopped) return Promise.reject(new Problem(0, 'offline'))
    const id = (this.nextId += 1)
    return new Promise<Answers[K]>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id)
        this.unsent.delete(id)
        reject(new Problem(0, 'offline'))
      }, ANSWER_MS)
      this.waiting.set(id, { resolve: resolve as (data: unknown) => void, reject, timer })
      const text = JSON.stringify({ t: kind, id, d: data ?? {} })
      if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(text)
      else this.unsent.set(id, text)
    })
  }

  /** For reactions: nobody waits for the answer. */
  whisper<K extends AskKind>(kind: K, data?: AskOf<K>): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ t: kind, d: data ?? {} }))
  }

  private readonly hurry = () => {
    if (this.timer && document.visibilityState === 'visible' && navigator.onLine) {
      clearTimeout(this.timer)
      this.timer = null
      void this.connect()
    }
  }

  private async connect(): Promise<void> {
    const generation = (this.generation += 1)
    if (!this.outside) this.on.status('connecting')
    let ticket: Ticket
    try {
      ticket = await this.on.ticket()
    } catch (error) {
      if (generation !== this.generation) return
      if (error instanceof Problem && error.code === 'room-full') {
        this.standInLine(error)
        return
      }
      const final = error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 401
      if (final) this.giveUp(error.status)
      else this.later()
      return
    }
    if (generation !== this.generation || this.stopped) return
    this.outside = false
    const socket = new WebSocket(socketUrl(ticket, location.href, this.on.resumeFrom()))
    this.socket = socket
    socket.onopen = () => {
      if (generation !== this.generation) return
      this.on.status('open')
      for (const text of this.unsent.values()) socket.send(text)
      this.unsent.clear()
    }
    socket.onmessage = (event) => {
      if (generation === this.generation) this.receive(String(event.data))
    }
    socket.onclose = (event) => {
      if (generation !== this.generation) return
      this.failWaiting()
      if (this.stopped || !mayReconnect(event.code)) this.giveUp(event.code)
      else this.later()
    }
  }

  /** Who asks again in time keeps the place; the server says how soon that is. */
  private standInLine({ members }: Problem): void {
    this.outside = true
    this.on.place(typeof members['position'] === 'number' ? members['position'] : null)
    this.on.status('full')
    const seconds = Number(members['retry_after']) || FULL_SECONDS
    this.timer = setTimeout(
      () => {
        this.timer = null
        void this.connect()
      },
      seconds * 1000 * (0.8 + 0.2 * Math.random()),
    )
  }

  private giveUp(code: number): void {
    this.stopped = true
    this.unsent.clear()
    this.failWaiting()
    this.on.status('closed', code)
  }

  private later(): void {
    if (!this.outside) this.on.status('waiting')
    const delay = backoff(this.attempt)
    this.attempt += 1
    this.timer = setTimeout(() => {
      this.timer = null
      void this.connect()
    }, delay)
  }

  private receive(text: string): void {
    let frames: Frame[]
    try {
      const parsed: unknown = JSON.parse(text)
      frames = (Array.isArray(parsed) ? parsed : [parsed]) as Frame[]
    } catch {
      return
    }
    this.attempt = 0
    const news: Frame[] = []
    for (const frame of frames) {
      if (typeof frame.at === 'number') learnServerTime(frame.at)
      if (frame.t === 'ack' || frame.t === 'error') this.settle(frame)
      else news.push(frame)
    }
    if (news.length > 0) this.on.frames(news)
  }

  private settle(frame: Frame): void {
    const waiting = this.waiting.get(frame.id ?? -1)
    if (!waiting) return
    this.waiting.delete(frame.id ?? -1)
    clearTimeout(waiting.timer)
    if (frame.t === 'ack') waiting.resolve(frame.d)
    else {
      const problem = (frame.d ?? {}) as Record<string, unknown>
      waiting.reject(new Problem(Number(problem['status'] ?? 400), String(problem['code'] ?? 'unknown'), problem))
    }
  }

  /** What was sent and not answered may or may not have arrived; what is still to be sent goes on waiting. */
  private failWaiting(): void {
    for (const [id, waiting] of this.waiting) {
      if (this.unsent.has(id)) continue
      clearTimeout(waiting.timer)
      waiting.reject(new Problem(0, 'offline'))
      this.waiting.delete(id)
    }
  }
}
