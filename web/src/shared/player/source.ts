import type Hls from 'hls.js'
import type { ErrorData } from 'hls.js'
import type { Quality } from './store'

interface Report {
  qualities: (list: Quality[]) => void
  failed: () => void
}

export interface Source {
  setQuality: (index: number) => void
  reload: () => void
  destroy: () => void
}

/** Safari plays HLS itself, with less battery and with AirPlay; Chrome claims to but may fail, so there hls.js goes first. */
const nativeFirst = (video: HTMLVideoElement) => 'ManagedMediaSource' in window && video.canPlayType('application/vnd.apple.mpegurl') !== ''

const loadHls = () => import('hls.js').then((module) => module.default)

/** Starts fetching the player code while the room itself is still being read. */
export const preloadPlayer = () => void loadHls().catch(() => undefined)

function plain(video: HTMLVideoElement, url: string, report: Report): Source {
  const onError = () => report.failed()
  video.addEventListener('error', onError)
  video.src = url
  return {
    setQuality: () => undefined,
    reload: () => {
      video.src = url
      video.load()
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

async function adaptive(video: HTMLVideoElement, url: string, live: boolean, report: Report): Promise<Source> {
  const Engine = await loadHls()
  if (!Engine.isSupported()) return plain(video, url, report)
  const hls = new Engine({
    lowLatencyMode: live,
    backBufferLength: 30,
    maxLiveSyncPlaybackRate: live ? 1.05 : 1,
    liveDurationInfinity: true,
    capLevelToPlayerSize: true,
  })
  watchErrors(Engine, hls, report)
  hls.on(Engine.Events.MANIFEST_PARSED, () => {
    const list = hls.levels.map((level, index) => ({ index, label: level.height ? `${level.height}p` : `${Math.round(level.bitrate / 1000)} kb/s` }))
    report.qualities(list.length > 1 ? list.reverse() : [])
  })
  if ('disableRemotePlayback' in video) video.disableRemotePlayback = true
  hls.loadSource(url)
  hls.attachMedia(video)
  return {
    setQuality: (index) => {
      hls.nextLevel = index
    },
    reload: () => {
      hls.loadSource(url)
      hls.startLoad(-1)
    },
    destroy: () => hls.destroy(),
  }
}

export function openSource(video: HTMLVideoElement, url: string, live: boolean, report: Report): Promise<Source> {
  const isPlaylist = /\.m3u8(\?|$)/.test(url)
  if (!isPlaylist || nativeFirst(video)) return Promise.resolve(plain(video, url, report))
  return adaptive(video, url, live, report)
}
