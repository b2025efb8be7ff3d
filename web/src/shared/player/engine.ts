import { openSource, type Source } from './source'
import { idlePlayer, usePlayer } from './store'
import { createVideo } from './video-element'

export interface Show {
  streamId: string
  title: string
  poster: string | null
  url: string
  live: boolean
  /** The longer playlist to rewind in, and how many seconds it reached back when this was read. */
  rewind?: { url: string; seconds: number; readAt: number } | null
}

const STALL_MS = 1500
const RETRY_MS = [1000, 2000, 4000, 8000, 8000, 15_000]

/**
 * The one video element of the app. It is moved between places (room, mini-player, checkout) without being reloaded:
 * moving it within the document in one step keeps it playing.
 */
class Engine {
  private element: HTMLVideoElement | null = null
  private source: Source | null = null
  private show: Show | null = null
  private places: { node: HTMLElement; rank: number }[] = []
  private stall: ReturnType<typeof setTimeout> | null = null
  private retry: ReturnType<typeof setTimeout> | null = null
  private failures = 0
  private turn = 0
  private rewound = false

  get video(): HTMLVideoElement {
    this.element ??= createVideo({ measure: () => this.measure(), playing: () => this.onPlaying(), waiting: () => this.onWaiting() })
    return this.element
  }

  /** Offers a place for the picture; the highest rank gets it. Returns how to take the offer back. */
  place(node: HTMLElement, rank: number): () => void {
    const offer = { node, rank }
    this.places.push(offer)
    this.settle()
    return () => {
      this.places = this.places.filter((other) => other !== offer)
      this.settle()
    }
  }

  async load(show: Show): Promise<void> {
    if (this.show?.url === show.url && this.show.streamId === show.streamId && usePlayer.getState().status !== 'failed') {
      // The picture goes on; what is known about it may have changed, as at the end of a show.
      this.show = show
      usePlayer.setState({ live: show.live })
      return
    }
    this.reset()
    this.show = show
    const turn = (this.turn += 1)
    const { muted, volume } = usePlayer.getState()
    usePlayer.setState({ ...idlePlayer, muted, volume, streamId: show.streamId, title: show.title, poster: show.poster, live: show.live, status: 'loading' })
    this.video.poster = show.poster ?? ''
    await this.open(show.url, show.live, turn)
  }

  private async open(url: string, lowLatency: boolean, turn: number): Promise<void> {
    const source = await openSource(this.video, url, lowLatency, {
      qualities: (qualities) => usePlayer.setState({ qualities }),
      failed: () => this.onFailed(),
    }).catch(() => null)
    if (turn !== this.turn) {
      source?.destroy()
      return
    }
    this.source = source
    if (source) await this.play()
    else usePlayer.setState({ status: 'failed' })
  }

  /** Changes between the short low-latency playlist and the long one, `back` seconds before the newest picture. */
  private async change(rewound: boolean, back: number): Promise<void> {
    const { show } = this
    if (!show?.rewind) return
    const turn = (this.turn += 1)
    this.rewound = rewound
    this.source?.destroy()
    this.source = null
    usePlayer.setState({ status: 'loading' })
    const jump = () => {
      const { seekable } = this.video
      if (seekable.length > 0 && back > 0) this.video.currentTime = Math.max(seekable.start(0), seekable.end(seekable.length - 1) - back)
    }
    this.video.addEventListener('canplay', jump, { once: true })
    await this.open(rewound ? show.rewind.url : show.url, !rewound, turn)
  }

  stop(): void {
    this.reset()
    usePlayer.setState(({ muted, volume }) => ({ ...idlePlayer, muted, volume }))
  }

  /** With sound when the browser allows it, else silently with an offer to turn the sound on. */
  async play(): Promise<void> {
    const { video } = this
    try {
      await video.play()
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return
      if (video.muted) {
        usePlayer.setState({ status: 'paused' })
        return
      }
      video.muted = true
      usePlayer.setState({ soundBlocked: true })
      await video.play().catch(() => usePlayer.setState({ status: 'paused' }))
    }
  }

  toggle(): void {
    if (this.video.paused) {
      if (usePlayer.getState().live && !this.rewound && this.video.seekable.length > 0) this.goLive()
      void this.play()
    } else this.video.pause()
  }

  setMuted(muted: boolean): void {
    this.video.muted = muted
    usePlayer.setState({ soundBlocked: false })
    if (!muted && this.video.volume === 0) this.video.volume = 0.5
    if (this.video.paused) void this.play()
  }

  setVolume(volume: number): void {
    this.video.volume = Math.min(1, Math.max(0, volume))
    this.video.muted = this.video.volume === 0
  }

  seek(seconds: number): void {
    const { start, end } = usePlayer.getState()
    const target = Math.min(end, Math.max(start, seconds))
    if (this.show?.live && !this.rewound && target < this.windowStart() && this.show.rewind) void this.change(true, end - target)
    else this.video.currentTime = target
  }

  seekBy(step: number): void {
    this.seek(this.video.currentTime + step)
  }

  goLive(): void {
    if (this.rewound) {
      void this.change(false, 0)
      return
    }
    const { seekable } = this.video
    if (seekable.length > 0) this.video.currentTime = Math.max(0, seekable.end(seekable.length - 1) - 1.5)
    void this.play()
  }

  setQuality(index: number): void {
    this.source?.setQuality(index)
    usePlayer.setState({ quality: index })
  }

  tryAgain(): void {
    this.failures = 0
    this.reload()
  }

  private reload(): void {
    usePlayer.setState({ status: 'loading' })
    this.source?.reload()
    void this.play()
  }

  private onFailed(): void {
    const delay = RETRY_MS[this.failures]
    this.failures += 1
    if (delay === undefined) {
      usePlayer.setState({ status: 'failed' })
      return
    }
    usePlayer.setState({ status: 'stalled' })
    if (this.retry) clearTimeout(this.retry)
    this.retry = setTimeout(() => this.reload(), delay)
  }

  private reset(): void {
    this.turn += 1
    if (this.retry) clearTimeout(this.retry)
    if (this.stall) clearTimeout(this.stall)
    this.failures = 0
    this.rewound = false
    this.source?.destroy()
    this.source = null
    this.show = null
    if (this.element) this.element.pause()
  }

  private settle(): void {
    const best = this.places.reduce<{ node: HTMLElement; rank: number } | null>((top, offer) => (top && top.rank > offer.rank ? top : offer), null)
    const { video } = this
    if (!best) {
      video.remove()
      return
    }
    if (video.parentElement === best.node) return
    const playing = !video.paused
    best.node.append(video)
    if (playing && video.paused) void this.play()
  }

  private onPlaying(): void {
    this.failures = 0
    if (this.stall) clearTimeout(this.stall)
    this.stall = null
    usePlayer.setState({ status: 'playing' })
  }

  private onWaiting(): void {
    this.stall ??= setTimeout(() => {
      this.stall = null
      if (!this.video.paused && this.video.readyState < 3) usePlayer.setState({ status: 'stalled' })
    }, STALL_MS)
  }

  private windowStart(): number {
    const { seekable } = this.video
    return seekable.length > 0 ? seekable.start(0) : 0
  }

  /** How many seconds back one may go, with the longer playlist when there is one. */
  private reach(): number {
    const rewind = this.show?.rewind
    return rewind && !this.rewound ? rewind.seconds + (Date.now() - rewind.readAt) / 1000 : 0
  }

  private measure(): void {
    const { video } = this
    const { seekable } = video
    const last = seekable.length - 1
    const end = last >= 0 ? seekable.end(last) : Number.isFinite(video.duration) ? video.duration : 0
    usePlayer.setState({
      position: video.currentTime,
      start: Math.min(this.windowStart(), end - this.reach()),
      end,
      portrait: video.videoHeight > video.videoWidth,
    })
  }
}

export const player = new Engine()
