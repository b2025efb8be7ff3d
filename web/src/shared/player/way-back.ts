import { spanOf } from './watch'

/** How far behind the newest picture the long playlist is to begin, until it is there. */
export class WayBack {
  private seconds: number | null = null

  get isPending(): boolean {
    return this.seconds !== null
  }

  begin(seconds: number): void {
    this.seconds = seconds > 0 ? seconds : null
  }

  step(seconds: number): void {
    if (this.seconds !== null) this.seconds = Math.max(0, this.seconds - seconds)
  }

  /** To where somebody went back to, once the playlist says how far it reaches. */
  settle(video: HTMLVideoElement): void {
    if (this.seconds === null || video.readyState < HTMLMediaElement.HAVE_METADATA) return
    const { start, end } = spanOf(video, false)
    if (end - start < 1) return
    video.currentTime = Math.max(start, end - this.seconds)
    this.seconds = null
  }
}
