import { usePlayer } from './store'

interface Signs {
  measure: () => void
  moving: () => void
  /** It should play and does not, for long enough to do something about it. */
  stuck: () => void
  nearEdge: () => boolean
}

const MEASURED = ['timeupdate', 'durationchange', 'progress', 'seeked', 'loadedmetadata', 'resize']
const LOOK_MS = 500
const STALL_LOOKS = 3
const STUCK_LOOKS = 12
const CAPTIONS = ['captions', 'subtitles']

/** The times one may go to without loading anything else. What comes by WebRTC has only its now. */
export function spanOf(video: HTMLVideoElement, onlyNow: boolean): { start: number; end: number } {
  if (onlyNow) return { start: video.currentTime, end: video.currentTime }
  const { seekable, duration } = video
  const last = seekable.length - 1
  return { start: last >= 0 ? seekable.start(0) : 0, end: last >= 0 ? seekable.end(last) : Number.isFinite(duration) ? duration : 0 }
}

/** Keeps an eye on the element: what it says, and whether pictures (or, without a picture, time) really move. */
export class Watch {
  /** The host is away: standing still is expected. */
  patient = false
  private timer: ReturnType<typeof setInterval> | null = null
  private last = ''
  private still = 0

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly signs: Signs,
  ) {
    for (const event of MEASURED) video.addEventListener(event, signs.measure)
    video.addEventListener('playing', () => this.onMoving())
    video.addEventListener('pause', () => usePlayer.setState(({ status }) => (status === 'idle' || !video.paused ? {} : { status: 'paused' })))
    const tracks = () => usePlayer.setState({ captions: this.captions() })
    for (const event of ['addtrack', 'removetrack', 'change']) video.textTracks.addEventListener(event, tracks)
  }

  start(): void {
    this.stop()
    this.still = 0
    this.timer = setInterval(() => this.look(), LOOK_MS)
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer)
    this.timer = null
  }

  setCaptions(on: boolean): void {
    let chosen = false
    for (const track of this.video.textTracks) {
      if (!CAPTIONS.includes(track.kind)) continue
      track.mode = on && !chosen ? 'showing' : 'disabled'
      chosen = true
    }
    usePlayer.setState({ captions: this.captions() })
  }

  private captions(): 'none' | 'off' | 'on' {
    const tracks = Array.from(this.video.textTracks).filter((track) => CAPTIONS.includes(track.kind))
    return tracks.length === 0 ? 'none' : tracks.some((track) => track.mode === 'showing') ? 'on' : 'off'
  }

  private onMoving(): void {
    this.still = 0
    this.signs.moving()
    usePlayer.setState({ status: 'playing' })
  }

  /** The clock of a WebRTC picture runs on while the picture stands still; so pictures are counted where there are any. */
  private progress(): string {
    const { video } = this
    const shown = video.videoWidth > 0 ? video.getVideoPlaybackQuality().totalVideoFrames : 0
    return shown > 0 ? `frames ${shown}` : `time ${video.currentTime}`
  }

  private look(): void {
    const { video } = this
    if (video.paused || video.ended || document.hidden) {
      this.still = 0
      return
    }
    this.signs.measure()
    const now = this.progress()
    if (now !== this.last) {
      this.last = now
      if (this.still >= STALL_LOOKS) this.onMoving()
      this.still = 0
      return
    }
    this.still += 1
    if (this.still === STALL_LOOKS && usePlayer.getState().status === 'playing') usePlayer.setState({ status: 'stalled' })
    if (!this.patient && this.still % STUCK_LOOKS === 0 && this.signs.nearEdge()) this.signs.stuck()
  }
}
