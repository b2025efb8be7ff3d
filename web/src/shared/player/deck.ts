import { keepDiet, knownDiet } from './diet'
import { screen } from './screen'
import { openSource, type Source } from './source'
import { idlePlayer, usePlayer, type Diet } from './store'
import { spanOf, Watch } from './watch'
import { WayBack } from './way-back'
import { PATIENCE, RETRY_MS, sameAddress, waysOf, type Show, type Way } from './ways'

export type { Show }

/** Plays a show by the best way that works, and goes on by the next when it fails. */
export class Deck {
  private source: Source | null = null
  private show: Show | null = null
  private retry: ReturnType<typeof setTimeout> | null = null
  private failures = 0
  private way = 0
  private turn = 0
  private rewound = false
  private readonly back = new WayBack()
  private readonly watch = new Watch(screen.video, {
    measure: () => this.measure(),
    moving: () => (this.failures = 0),
    stuck: () => this.onStuck(),
    nearEdge: () => usePlayer.getState().live && !this.rewound,
  })

  constructor() {
    usePlayer.setState({ diet: knownDiet() })
  }

  /** When the picture on the screen was taken (Unix milliseconds); null when no live picture is on. */
  takenAt(): number | null {
    return usePlayer.getState().live ? (this.source?.takenAt() ?? null) : null
  }

  async load(show: Show): Promise<void> {
    const before = this.show
    if (before && before.streamId === show.streamId && sameAddress(before.url, show.url) && usePlayer.getState().status !== 'failed') {
      this.learn(before, show)
      return
    }
    this.reset()
    this.show = show
    this.watch.patient = Boolean(show.waiting)
    const { muted, volume, diet } = usePlayer.getState()
    usePlayer.setState({ ...idlePlayer, muted, volume, diet, streamId: show.streamId, title: show.title, poster: show.poster, live: show.live, audioOffered: Boolean(show.live && show.whep), thumbnails: show.thumbnails ?? null, status: 'loading' })
    screen.video.poster = show.poster ?? ''
    this.watch.start()
    await this.open()
  }

  /** The picture goes on; what is known about it has changed, as at the end of a show. */
  private learn(before: Show, show: Show): void {
    this.show = show
    this.watch.patient = Boolean(show.waiting)
    usePlayer.setState({ live: show.live, audioOffered: Boolean(show.live && show.whep), thumbnails: show.thumbnails ?? null })
    const transport = this.source?.transport
    if (transport === 'whep' && !show.live) this.fromTop()
    else if (before.waiting && !show.waiting) this.onResumed()
    else if (show.live && show.whep && !before.whep && transport === 'hls' && !this.rewound) this.fromTop()
  }

  stop(): void {
    this.reset()
    usePlayer.setState(({ muted, volume, diet }) => ({ ...idlePlayer, muted, volume, diet }))
  }

  toggle(): void {
    const { video } = screen
    if (!video.paused) video.pause()
    else if (usePlayer.getState().live && !this.rewound) this.goLive()
    else void screen.play()
  }

  seek(seconds: number): void {
    const { start, end, live } = usePlayer.getState()
    const target = Math.min(end, Math.max(start, seconds))
    if (this.back.isPending) this.back.begin(end - target)
    else if (live && !this.rewound && target < this.windowStart() && this.show?.rewind) this.change(true, end - target)
    else if (this.source?.transport !== 'whep') screen.video.currentTime = target
  }

  seekBy(step: number): void {
    if (this.back.isPending) this.back.step(step)
    else this.seek(usePlayer.getState().position + step)
  }

  goLive(): void {
    const { seekable } = screen.video
    if (this.rewound) this.change(false, 0)
    else {
      if (this.source?.transport === 'hls' && seekable.length > 0) screen.video.currentTime = Math.max(0, seekable.end(seekable.length - 1) - 1.5)
      void screen.play()
    }
  }

  setQuality(index: number): void {
    this.source?.setQuality(index)
    usePlayer.setState({ quality: index })
  }

  setDiet(diet: Diet): void {
    if (diet === usePlayer.getState().diet) return
    keepDiet(diet)
    usePlayer.setState({ diet })
    if (this.show) this.fromTop()
  }

  setCaptions(on: boolean): void {
    this.watch.setCaptions(on)
  }

  tryAgain(): void {
    this.show?.renew?.()
    this.fromTop()
  }

  /** Opens the way whose turn it is. */
  private async open(): Promise<void> {
    const { show } = this
    if (!show) return
    const turn = (this.turn += 1)
    this.source?.destroy()
    this.source = null
    const { diet } = usePlayer.getState()
    const ways = waysOf(show, diet, this.rewound)
    const way = ways[Math.min(this.way, ways.length - 1)]
    if (!way) return
    usePlayer.setState({ qualities: [], quality: -1 })
    const failed = () => (turn === this.turn ? this.onFailed() : undefined)
    const source = await this.opened(way, diet, failed).catch(() => null)
    if (turn !== this.turn) {
      source?.destroy()
      return
    }
    this.source = source
    usePlayer.setState({ transport: source?.transport ?? null })
    if (source) await screen.play()
    else failed()
  }

  private async opened({ kind, url }: Way, diet: Diet, failed: () => void): Promise<Source> {
    if (kind === 'whep') {
      const { openWhep } = await import('./whep')
      return openWhep(screen.video, url, diet === 'audio', failed)
    }
    return openSource(screen.video, url, { lowLatency: kind === 'low-latency', follow: !this.rewound, small: diet !== 'full' }, { qualities: (qualities) => usePlayer.setState({ qualities }), failed })
  }

  private fromTop(): void {
    this.failures = 0
    this.way = 0
    if (this.retry) clearTimeout(this.retry)
    this.retry = null
    usePlayer.setState({ status: 'loading' })
    void this.open()
  }

  /** Changes between the short playlist (or WebRTC) and the long one, `back` seconds before the newest picture. */
  private change(rewound: boolean, back: number): void {
    this.rewound = rewound
    this.back.begin(back)
    this.source?.destroy()
    this.source = null
    this.fromTop()
  }

  private onResumed(): void {
    // Back to the best way; a picture that is already moving again by it is left alone.
    if (this.rewound) return
    if (this.way > 0) this.fromTop()
    else if (usePlayer.getState().status !== 'playing') this.reload()
  }

  private reload(): void {
    usePlayer.setState({ status: 'loading' })
    if (!this.source) {
      void this.open()
      return
    }
    this.source.reload()
    void screen.play()
  }

  private onStuck(): void {
    if (this.source?.nudge) this.source.nudge()
    else this.onFailed()
  }

  private onFailed(): void {
    const { show } = this
    if (!show) return
    const ways = waysOf(show, usePlayer.getState().diet, this.rewound)
    const kind = ways[this.way]?.kind ?? 'plain'
    usePlayer.setState({ status: 'stalled' })
    if (this.failures >= PATIENCE[kind] && this.way < ways.length - 1) {
      this.way += 1
      this.failures = 0
      void this.open()
      return
    }
    // While the host is away nothing is given up.
    const delay = RETRY_MS[this.failures] ?? (show.waiting ? 5000 : undefined)
    this.failures += 1
    if (delay === undefined) {
      usePlayer.setState({ status: 'failed' })
      return
    }
    if (this.failures > 1) show.renew?.()
    if (this.retry) clearTimeout(this.retry)
    this.retry = setTimeout(() => this.reload(), delay)
  }

  private reset(): void {
    this.turn += 1
    if (this.retry) clearTimeout(this.retry)
    this.retry = null
    this.failures = 0
    this.way = 0
    this.rewound = false
    this.back.begin(0)
    this.watch.stop()
    this.source?.destroy()
    this.source = null
    this.show = null
    screen.video.pause()
  }

  private windowStart(): number {
    return spanOf(screen.video, this.source?.transport === 'whep').start
  }

  /** How many seconds back one may go, with the longer playlist when there is one. */
  private reach(): number {
    const rewind = this.show?.rewind
    return rewind && !this.rewound ? rewind.seconds + (Date.now() - rewind.readAt) / 1000 : 0
  }

  private measure(): void {
    const { video } = screen
    if (this.source) this.back.settle(video)
    if (this.back.isPending) return
    const { start, end } = spanOf(video, this.source?.transport === 'whep')
    usePlayer.setState({ position: video.currentTime, start: Math.min(start, end - this.reach()), end, portrait: video.videoHeight > video.videoWidth })
  }
}

export const deck = new Deck()
