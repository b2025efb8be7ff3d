import { usePlayer } from './store'

/**
 * The one video element of the app. It is moved between places (room, mini-player, checkout) without being reloaded:
 * moving it within the document in one step keeps it playing.
 */
class Screen {
  private element: HTMLVideoElement | null = null
  private places: { node: HTMLElement; rank: number }[] = []

  get video(): HTMLVideoElement {
    this.element ??= createVideo()
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
}

/** Set up for inline playback, as phones want it. */
function createVideo(): HTMLVideoElement {
  const video = document.createElement('video')
  video.playsInline = true
  video.preload = 'auto'
  video.className = 'size-full'
  video.tabIndex = -1
  video.addEventListener('volumechange', () => usePlayer.setState({ muted: video.muted, volume: video.volume }))
  return video
}

export const screen = new Screen()
