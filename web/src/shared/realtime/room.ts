import { useEffect, useMemo } from 'react'
import { createStore, useStore, type StoreApi } from 'zustand'
import { get, post } from '@/api/client'
import type { Problem } from '@/api/problem'
import { forgetBag, forgetOrders, rememberClaims } from '@/shared/data/claims'
import { useSession } from '@/shared/session/session'
import { claimsOf, type Answers, type AskKind, type AskOf, type ClaimResult, type Frame, type RoomSnapshot } from './frames'
import type { Held, PictureClock } from './held'
import { reduceFrames } from './room-reducer'
import { emptyRoom, fromSnapshot, reconcile, type RoomState } from './room-view'
import { RoomSocket, type SocketStatus, type Ticket } from './socket'

const RECONCILE_MS = 3000

export interface LiveRoom extends RoomState {
  streamId: string
  connection: SocketStatus
  closeCode: number | null
  /** The place in the line before a full room. */
  doorPlace: number | null
  /** When this person last said something that got through, by the server's clock. */
  saidAt: number
  /** What the room did not let through last, and why. */
  refusal: { at: number; text: string; problem: Problem } | null
  error: unknown
}

/** The room as it was left, so that logging in or coming back does not empty the screen. */
let lastSeen: LiveRoom | null = null

/** A room as one screen holds it: its state, its socket, and the few things a screen may do to it. */
export class Room {
  readonly store: StoreApi<LiveRoom>
  private readonly socket: RoomSocket
  private queue: Frame[] = []
  private frameTimer: number | null = null
  private held: Held | null = null

  private visit = 0
  /** Whether the socket has been open before: then it resumes instead of taking the whole room again. */
  private joined = false
  /** Whether the server is being asked for what is missing. */
  private asking = false

  constructor(
    readonly streamId: string,
    /** Who is in the room from this device; null for a guest, who may only watch. */
    readonly userId: string | null = null,
  ) {
    const known = lastSeen?.streamId === streamId ? lastSeen : emptyRoom
    this.store = createStore<LiveRoom>(() => ({ ...known, privateSeq: null, lastClaim: null, sold: null, streamId, connection: 'connecting', closeCode: null, doorPlace: null, saidAt: 0, refusal: null, error: null }))
    this.socket = new RoomSocket({
      ticket: () => post<Ticket>(`/streams/${streamId}/room/ticket`),
      frames: (frames) => this.take(frames),
      status: (connection, code) => {
        this.store.setState({ connection, closeCode: code ?? null })
        if (connection === 'open') this.onOpen()
      },
      place: (doorPlace) => this.store.setState({ doorPlace }),
      resumeFrom: () => {
        const { ready, epoch, seq, privateSeq } = this.store.getState()
        return this.joined && ready && epoch !== null ? { epoch, seq, n: privateSeq } : null
      },
    })
  }

  open(): void {
    this.joined = false
    this.asking = false
    const visit = (this.visit += 1)
    void this.load().then((loaded) => {
      if (loaded && visit === this.visit) this.socket.start()
    })
  }

  close(): void {
    this.visit += 1
    if (this.frameTimer !== null) cancelAnimationFrame(this.frameTimer)
    this.frameTimer = null
    this.socket.stop()
    this.held?.clear()
    lastSeen = this.store.getState()
  }

  /** Reads the room over HTTP; true when it could be read. Once the line has been open, only the line moves what is numbered. */
  async load(): Promise<boolean> {
    try {
      const snapshot = await get<RoomSnapshot>(`/streams/${this.streamId}/room`)
      const take = this.joined ? reconcile : fromSnapshot
      this.store.setState((state) => ({ ...take(state, snapshot), error: null }))
      return true
    } catch (error) {
      this.store.setState({ error })
      return false
    }
  }

  /** A resumed line brings every numbered frame, but stock is not numbered: read it afresh, not all viewers in one instant. */
  private onOpen(): void {
    if (this.joined) {
      const { visit } = this
      setTimeout(() => {
        if (visit === this.visit) void this.load()
      }, Math.random() * RECONCILE_MS)
    }
    this.joined = true
  }

  /** News that belongs to a picture is shown with it. */
  follow(clock: PictureClock): void {
    void import('./held').then(({ Held: Holding }) => {
      this.held = new Holding(clock, (frames) => this.store.setState((state) => reduceFrames(state, frames)))
    }, () => undefined)
  }

  change(step: (state: LiveRoom) => Partial<LiveRoom>): void {
    this.store.setState(step)
  }

  send<K extends AskKind>(kind: K, data?: AskOf<K>): Promise<Answers[K]> {
    return this.socket.send(kind, data)
  }

  whisper<K extends AskKind>(kind: K, data?: AskOf<K>): void {
    this.socket.whisper(kind, data)
  }

  /** Frames are applied once per painted frame, so that a flood of chat costs one render. */
  private take(frames: Frame[]): void {
    this.queue.push(...frames)
    if (document.hidden) {
      this.apply()
      return
    }
    this.frameTimer ??= requestAnimationFrame(() => this.apply())
  }

  private apply(): void {
    this.frameTimer = null
    const frames = this.queue.map((frame) => this.held?.take(frame) ?? frame)
    this.queue = []
    this.store.setState((state) => reduceFrames(state, frames))
    if (this.store.getState().sync === 'gap' && !this.asking) void this.askForMissing()
    const claims = frames.flatMap((frame) => (frame.t === 'claim-result' ? claimsOf(frame.d as ClaimResult | undefined) : []))
    if (claims.length > 0) rememberClaims(claims)
    if (frames.some((frame) => frame.t === 'order-updated')) forgetOrders()
    if (frames.some((frame) => frame.t === 'cart')) forgetBag()
  }

  /** First only what is missing; when that did not close the gap, the whole room. */
  private async askForMissing(): Promise<void> {
    const { visit } = this
    this.asking = true
    try {
      const { epoch, seq, privateSeq: n } = this.store.getState()
      await this.socket.send('join-room', { epoch, seq, n })
      this.apply()
      if (visit === this.visit && this.store.getState().sync === 'gap') await this.socket.send('join-room', { epoch: 'unknown', seq: 0, n })
    } catch {
      // The line broke or did not answer: coming back, it resumes from where the numbers still added up.
    } finally {
      if (visit === this.visit) this.asking = false
    }
  }
}

/** Keeps a room open while the component lives; opened anew when somebody signs in or out, because the ticket carries who. */
export function useRoomConnection(streamId: string): Room {
  const status = useSession((session) => session.status)
  const user = useSession((session) => session.user?.id ?? null)
  const room = useMemo(() => new Room(streamId, user), [streamId, user])
  useEffect(() => {
    if (status === 'starting') return
    room.open()
    return () => room.close()
  }, [room, status])
  return room
}

export function useRoomState<T>(room: Room, select: (state: LiveRoom) => T): T {
  return useStore(room.store, select)
}
