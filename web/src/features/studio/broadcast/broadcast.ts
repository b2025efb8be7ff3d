import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { get, post, remove } from '@/api/client'
import type { Ingest, ShopStream } from '../api/types'
import { Camera, QUALITIES, type CameraState } from './camera'
import { Publisher, type PublishState, type WhipTarget } from './publisher'

/** The media server of this shop takes no pictures from browsers. */
export class NoWhip extends Error {}

/** Camera, microphone and line of one visit to the broadcast screen. */
export class Broadcast {
  readonly camera = new Camera()
  readonly publisher: Publisher
  /** The show that is being sent to: the real one, or the private one of a rehearsal. */
  private to: string
  private rehearsal: string | null = null

  constructor(private readonly show: string) {
    this.to = show
    this.publisher = new Publisher(() => this.target())
    this.camera.onTracks = (stream) => void this.publisher.replace(this.outgoing(stream), this.bitrate)
  }

  /** What goes out instead of the bare camera, such as the picture with a guest in it. */
  compose: ((stream: MediaStream) => MediaStream) | null = null

  goOut(): void {
    const { stream } = this.camera.state
    if (stream) this.publisher.start(this.outgoing(stream), this.bitrate)
  }

  refresh(): void {
    const { stream } = this.camera.state
    if (stream) void this.publisher.replace(this.outgoing(stream), this.bitrate)
  }

  /** Sends to a show that nobody else sees: the whole way is tried, and nothing of it is kept. */
  async rehearse(shopId: string, title: string): Promise<string> {
    const { id } = await post<ShopStream>('/streams', { shop_id: shopId, title, auto_start: false })
    this.rehearsal = id
    this.to = id
    this.goOut()
    return id
  }

  async endRehearsal(): Promise<void> {
    const { rehearsal } = this
    this.publisher.stop()
    this.rehearsal = null
    this.to = this.show
    if (rehearsal) await remove(`/streams/${rehearsal}`).catch(() => undefined)
  }

  close(): void {
    void this.endRehearsal()
    this.camera.close()
  }

  get bitrate(): number {
    return QUALITIES[this.camera.state.quality].bitrate
  }

  private outgoing(stream: MediaStream): MediaStream {
    return this.compose?.(stream) ?? stream
  }

  private async target(): Promise<WhipTarget> {
    const { whip } = await get<Ingest>(`/streams/${this.to}/ingest`)
    if (!whip) throw new NoWhip()
    return whip
  }
}

export const BroadcastContext = createContext<Broadcast | null>(null)

export function useBroadcast(): Broadcast {
  const broadcast = useContext(BroadcastContext)
  if (!broadcast) throw new Error('a broadcast component outside of one')
  return broadcast
}

export const useCamera = <T>(select: (state: CameraState) => T): T => useStore(useBroadcast().camera.store, select)
export const usePublish = <T>(select: (state: PublishState) => T): T => useStore(useBroadcast().publisher.store, select)
