import type { Deck, Show } from './deck'
import { screen } from './screen'
import { usePlayer } from './store'

export type { Show }

const loadDeck = () => import('./deck').then((module) => module.deck)

/** Starts fetching the player code while the room itself is still being read. */
export function preloadPlayer(): void {
  void loadDeck().catch(() => undefined)
  void import('hls.js').catch(() => undefined)
}

/** What any screen may ask of the player. The part that plays comes later than the first words of the room. */
class Player {
  private deck: Deck | null = null

  get video(): HTMLVideoElement {
    return screen.video
  }

  load(show: Show): void {
    this.ask((deck) => void deck.load(show))
  }

  stop(): void {
    this.deck?.stop()
  }

  toggle(): void {
    this.ask((deck) => deck.toggle())
  }

  setMuted(muted: boolean): void {
    const { video } = screen
    video.muted = muted
    usePlayer.setState({ soundBlocked: false })
    if (!muted && video.volume === 0) video.volume = 0.5
    if (video.paused) void screen.play()
  }

  setVolume(volume: number): void {
    screen.video.volume = Math.min(1, Math.max(0, volume))
    screen.video.muted = screen.video.volume === 0
  }

  /** When the picture on the screen was taken, by the server's clock (Unix milliseconds); null while no live picture is on. */
  takenAt(): number | null {
    return this.deck?.takenAt() ?? null
  }

  /** The part that plays, at once when it is there: browsers give sound only within a tap. */
  ask(step: (deck: Deck) => void): void {
    if (this.deck) {
      step(this.deck)
      return
    }
    void loadDeck().then(
      (deck) => {
        this.deck = deck
        step(deck)
      },
      () => usePlayer.setState({ status: 'failed' }),
    )
  }
}

export const player = new Player()
