import { createStore } from 'zustand'
import { serverNow } from '@/shared/hooks/now'
import { Exchange, ExchangeRefused, watchLine } from '@/shared/webrtc/exchange'
import { readLine, type LineStats } from './stats'

export interface WhipTarget {
  url: string
  token: string
}

export interface PublishState {
  phase: 'off' | 'connecting' | 'on' | 'waiting' | 'refused'
  /** When it tries again by itself, by the server's clock. */
  retryAt: number | null
  /** What the media server answered when it would not have the picture. */
  status: number | null
  stats: LineStats | null
}

const BACK_OFF_MS = [500, 1000, 2000, 4000, 8000]
const STATS_MS = 1000
const CONNECT_MS = 12_000
/** Nothing that another try would change. */
const FINAL = [400, 401, 403, 404, 409, 410, 415, 422]

/** H.264 first: phones have hardware for it and the media server passes it on untouched. */
function preferH264(peer: RTCPeerConnection): void {
  const codecs = RTCRtpSender.getCapabilities('video')?.codecs ?? []
  const rank = ({ mimeType, sdpFmtpLine = '' }: RTCRtpCodec) => {
    if (/h264/i.test(mimeType)) return (/profile-level-id=42e0/i.test(sdpFmtpLine) ? 0 : 2) + (/packetization-mode=1/.test(sdpFmtpLine) ? 0 : 1)
    return /vp8/i.test(mimeType) ? 4 : 5
  }
  const sorted = codecs.map((codec, at) => ({ codec, at })).sort((a, b) => rank(a.codec) - rank(b.codec) || a.at - b.at)
  for (const transceiver of peer.getTransceivers()) {
    if (transceiver.sender.track?.kind === 'video') transceiver.setCodecPreferences(sorted.map(({ codec }) => codec))
  }
}

/** Sends camera and microphone to the media server by WHIP, and keeps doing so: a lost line is taken up again with growing patience. */
export class Publisher {
  readonly store = createStore<PublishState>(() => ({ phase: 'off', retryAt: null, status: null, stats: null }))
  private peer: RTCPeerConnection | null = null
  private exchange: Exchange | null = null
  private stream: MediaStream | null = null
  private bitrate = 2_500_000
  private failures = 0
  private turn = 0
  private timer: ReturnType<typeof setTimeout> | null = null
  private clock: ReturnType<typeof setInterval> | null = null
  private readonly hurry = () => {
    if (this.store.getState().phase === 'waiting') void this.connect()
  }

  constructor(
    /** Asked before every try: the key may have been replaced. */
    private readonly target: () => Promise<WhipTarget>,
  ) {}

  start(stream: MediaStream, bitrate: number): void {
    this.stream = stream
    this.bitrate = bitrate
    this.failures = 0
    addEventListener('online', this.hurry)
    void this.connect()
  }

  /** Other tracks or another cap, without a new session. */
  async replace(stream: MediaStream, bitrate = this.bitrate): Promise<void> {
    this.stream = stream
    this.bitrate = bitrate
    for (const sender of this.peer?.getSenders() ?? []) {
      const track = stream.getTracks().find(({ kind }) => kind === sender.track?.kind)
      if (track && track !== sender.track) await sender.replaceTrack(track)
    }
    await this.cap()
  }

  stop(): void {
    removeEventListener('online', this.hurry)
    this.hangUp()
    this.store.setState({ phase: 'off', retryAt: null, status: null, stats: null })
  }

  /** What one way to the media server costs, in seconds. */
  get uplink(): number {
    return ((this.store.getState().stats?.rtt ?? 60) / 2 + 80) / 1000
  }

  private async connect(): Promise<void> {
    const { stream } = this
    if (!stream) return
    this.hangUp()
    const turn = this.turn
    this.store.setState({ phase: 'connecting', retryAt: null, status: null })
    const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
    this.peer = peer
    const abort = new AbortController()
    const late = setTimeout(() => abort.abort(), CONNECT_MS)
    try {
      for (const track of stream.getTracks()) peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] })
      preferH264(peer)
      await this.cap()
      const target = await this.target()
      if (turn !== this.turn) return
      const exchange = await Exchange.open(peer, { ...target, signal: abort.signal })
      if (turn !== this.turn) return exchange.end()
      this.exchange = exchange
      await this.cap()
      await connected(peer, abort.signal)
      if (turn !== this.turn) return
      this.failures = 0
      this.store.setState({ phase: 'on' })
      this.measure(peer)
      watchLine(peer, () => {
        if (turn === this.turn) this.lost(null)
      })
    } catch (error) {
      if (turn === this.turn) this.lost(error)
    } finally {
      clearTimeout(late)
    }
  }

  private lost(error: unknown): void {
    this.hangUp()
    const status = error instanceof ExchangeRefused ? error.status : null
    if (status !== null && FINAL.includes(status)) {
      this.store.setState({ phase: 'refused', status, stats: null })
      return
    }
    const after = error instanceof ExchangeRefused && error.retryAfter ? error.retryAfter * 1000 : (BACK_OFF_MS[Math.min(this.failures, BACK_OFF_MS.length - 1)] ?? 8000)
    const delay = after * (0.8 + Math.random() * 0.4)
    this.failures += 1
    this.store.setState({ phase: 'waiting', retryAt: serverNow() + delay, status, stats: null })
    this.timer = setTimeout(() => void this.connect(), delay)
  }

  private async cap(): Promise<void> {
    for (const sender of this.peer?.getSenders() ?? []) {
      if (sender.track?.kind !== 'video') continue
      const parameters = sender.getParameters()
      parameters.degradationPreference = 'maintain-framerate'
      for (const encoding of parameters.encodings) encoding.maxBitrate = this.bitrate
      await sender.setParameters(parameters).catch(() => undefined)
    }
  }

  private measure(peer: RTCPeerConnection): void {
    let before: Parameters<typeof readLine>[1] = null
    this.clock = setInterval(() => {
      void peer.getStats().then((report) => {
        const { stats, counters } = readLine((report as unknown as Map<string, never>).values(), before)
        if (before && peer === this.peer) this.store.setState({ stats })
        before = counters
      })
    }, STATS_MS)
  }

  private hangUp(): void {
    this.turn += 1
    if (this.timer) clearTimeout(this.timer)
    if (this.clock) clearInterval(this.clock)
    this.timer = null
    this.clock = null
    this.exchange?.end()
    this.exchange = null
    this.peer?.close()
    this.peer = null
  }
}

function connected(peer: RTCPeerConnection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (peer.connectionState === 'connected') resolve()
      else if (peer.connectionState === 'failed' || peer.connectionState === 'closed') reject(new Error('no way through'))
    }
    signal.addEventListener('abort', () => reject(new Error('too slow')))
    peer.addEventListener('connectionstatechange', look)
    look()
  })
}
