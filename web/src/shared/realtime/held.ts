import type { Frame } from './frames'

/** When the picture on the screen was taken (Unix milliseconds); null while no live picture is on. */
export type PictureClock = () => number | null

/** Nobody waits longer: who went far back in a show is told at once. */
const MOST_MS = 30_000
const LOOK_MS = 50
/** A picture that stands still holds nothing up for ever. */
const SPARE_MS = 4000

interface Waiting {
  frame: Frame
  due: number
  /** By the clock of this device, whatever the picture does. */
  until: number
}

const mediaTime = ({ d }: Frame): number | null => {
  const time = (d as { media_time?: unknown } | null | undefined)?.media_time
  return typeof time === 'number' ? time * 1000 : null
}

/** News that belongs to a picture waits until that picture is on the screen: the host is heard before the overlay changes. */
export class Held {
  private waiting: Waiting[] = []
  private timer: ReturnType<typeof setInterval> | null = null

  constructor(
    private readonly clock: PictureClock,
    private readonly release: (frames: Frame[]) => void,
  ) {}

  /** The frame, or what stands for it in the numbering while it waits. */
  take(frame: Frame): Frame {
    if (frame.t === 'room-state') this.clear()
    const due = mediaTime(frame)
    if (due === null) {
      // Newer news of the kind that belongs to no picture, such as an item that left the line-up.
      this.waiting = this.waiting.filter((other) => other.frame.t !== frame.t)
      return frame
    }
    const now = this.clock()
    const wait = now === null ? 0 : due - now
    if (wait <= 0 || wait > MOST_MS) {
      this.waiting = this.waiting.filter((other) => other.frame.t !== frame.t)
      return frame
    }
    this.waiting.push({ frame, due, until: Date.now() + wait + SPARE_MS })
    this.timer ??= setInterval(() => this.look(), LOOK_MS)
    return { ...frame, t: 'held', d: null }
  }

  clear(): void {
    this.waiting = []
    if (this.timer !== null) clearInterval(this.timer)
    this.timer = null
  }

  private look(): void {
    const now = this.clock() ?? Infinity
    const ripe = this.waiting.filter(({ due, until }) => due <= now || until <= Date.now())
    if (ripe.length === 0) return
    this.waiting = this.waiting.filter((other) => !ripe.includes(other))
    if (this.waiting.length === 0) this.clear()
    // Their numbers have been counted when they came.
    this.release(ripe.map(({ frame: { s: _, ...frame } }) => frame))
  }
}
