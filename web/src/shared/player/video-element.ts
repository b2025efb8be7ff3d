import { usePlayer } from './store'

interface Listeners {
  measure: () => void
  playing: () => void
  waiting: () => void
}

const MEASURED = ['timeupdate', 'durationchange', 'progress', 'seeked', 'loadedmetadata', 'resize']

/** The element itself, set up for inline playback and reporting to the player's store. */
export function createVideo({ measure, playing, waiting }: Listeners): HTMLVideoElement {
  const video = document.createElement('video')
  video.playsInline = true
  video.preload = 'auto'
  video.className = 'size-full'
  video.tabIndex = -1
  for (const event of MEASURED) video.addEventListener(event, measure)
  video.addEventListener('playing', playing)
  video.addEventListener('waiting', waiting)
  video.addEventListener('pause', () => usePlayer.setState(({ status }) => (status === 'idle' ? {} : { status: 'paused' })))
  video.addEventListener('volumechange', () => usePlayer.setState({ muted: video.muted, volume: video.volume }))
  return video
}
