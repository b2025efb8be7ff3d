import type Hls from 'hls.js'
import type { ErrorData, HlsConfig } from 'hls.js'
import type { Quality, Transport } from './store'

export interface Report {
  qualities: (list: Quality[]) => void
  /** It cannot go on by itself. */
  failed: () => void
}

export interface Wish {
  /** In parts, as near to the host as HLS comes. */
  lowLatency: boolean
  /** Stays near the newest picture: who went back in the show wants to stay there. */
  follow: boolean
  /** The smallest picture there is. */
  small: boolean
}

/** A picture on its way into a video element. */
export interface Source {
  readonly transport: Transport
  setQuality: (index: number) => void
  reload: () => void
  destroy: () => void
  /** When the picture now on the screen was taken, in Unix milliseconds; null when that is not known. */
  takenAt: () => number | null
  /** Looks after a picture that has stopped although there should be one. */
  nudge?: () => void
}

/** Safari plays HLS itself, with less battery and with AirPlay; Chrome claims to but may fail, so there hls.js goes first. */
const nativeFirst = (video: HTMLVideoElement) => 'ManagedMediaSource' in window && video.canPlayType('application/vnd.apple.mpegurl') !== ''

type Dated = HTMLVideoElement & { getStartDate?: () => Date }

function plain(video: Dated, url: string, report: Report, transport: Transport): Source {
  const onError = () => report.failed()
  video.addEventListener('error', onError)
  video.src = url
  return {
    transport,
    setQuality: () => undefined,
    reload: () => {
      video.src = url
      video.load()
    },
    takenAt: () => {
      const start = video.getStartDate?.().getTime()
      return start === undefined || Number.isNaN(start) ? null : start + video.currentTime * 1000
    },
    destroy: () => {
      video.removeEventListener('error', onError)
      video.removeAttribute('src')
      video.load()
    },
  }
}

function watchErrors(Engine: typeof Hls, hls: Hls, report: Report) {
  let repaired = 0
  hls.on(Engine.Events.ERROR, (_event, data: ErrorData) => {
    if (!data.fatal) return
    if (data.type === Engine.ErrorTypes.MEDIA_ERROR && Date.now() - repaired > 10_000) {
      repaired = Date.now()
      hls.recoverMediaError()
    } else report.failed()
  })
}

/**
 * Near the edge of a live show, catching up so gently that nobody hears it; a replay is read well ahead. How near is
 * the server's to say: any `liveSync…` here would overrule it, and cost a low-latency show five seconds.
 */
const settings = ({ lowLatency, small }: Wish): Partial<HlsConfig> => ({
  lowLatencyMode: lowLatency,
  maxLiveSyncPlaybackRate: lowLatency ? 1.05 : 1,
  liveDurationInfinity: true,
  backBufferLength: 30,
  maxBufferLength: small ? 10 : 30,
  capLevelToPlayerSize: true,
  enableWebVTT: true,
})

const labelOf = (height: number, bitrate: number) => (height ? `${height}p` : `${Math.round(bitrate / 1000)} kb/s`)

async function adaptive(video: HTMLVideoElement, url: string, wish: Wish, report: Report): Promise<Source> {
  const { default: Engine } = await import('hls.js')
  if (!Engine.isSupported()) return plain(video, url, report, 'hls')
  const hls = new Engine(settings(wish))
  // As an option it would need a `liveSync…` beside it.
  if (wish.follow) hls.config.liveMaxLatencyDurationCount = 10
  watchErrors(Engine, hls, report)
  hls.on(Engine.Events.MANIFEST_PARSED, () => {
    const list = hls.levels.map((level, index) => ({ index, label: labelOf(level.height, level.bitrate) }))
    report.qualities(list.length > 1 ? list.reverse() : [])
    // Levels are sorted by bitrate, the smallest first.
    if (wish.small) hls.autoLevelCapping = 0
  })
  if ('disableRemotePlayback' in video) video.disableRemotePlayback = true
  hls.loadSource(url)
  hls.attachMedia(video)
  return {
    transport: 'hls',
    setQuality: (index) => {
      hls.nextLevel = index
    },
    reload: () => {
      hls.loadSource(url)
      hls.startLoad(-1)
    },
    takenAt: () => hls.playingDate?.getTime() ?? null,
    nudge: () => {
      const edge = hls.liveSyncPosition
      if (edge !== null && edge - video.currentTime > 1) video.currentTime = edge
      hls.startLoad(-1)
    },
    destroy: () => hls.destroy(),
  }
}

export function openSource(video: HTMLVideoElement, url: string, wish: Wish, report: Report): Promise<Source> {
  const isPlaylist = /\.m3u8(\?|$)/.test(url)
  if (!isPlaylist) return Promise.resolve(plain(video, url, report, 'file'))
  return nativeFirst(video) ? Promise.resolve(plain(video, url, report, 'hls')) : adaptive(video, url, wish, report)
}
