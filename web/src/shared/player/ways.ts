import type { Diet } from './store'

export interface Way {
  kind: 'whep' | 'low-latency' | 'plain'
  url: string
}

export interface Show {
  streamId: string
  title: string
  poster: string | null
  url: string
  live: boolean
  /** By WebRTC, when that is offered. */
  whep?: string | null
  /** The host is away; a picture that stops is no surprise. */
  waiting?: boolean
  /** The longer playlist to rewind in, and how many seconds it reached back when this was read. */
  rewind?: { url: string; seconds: number; readAt: number } | null
  /** A WebVTT file of small pictures for seeking in a replay. */
  thumbnails?: string | null
  /** Reads the addresses anew: signed ones run out. */
  renew?: () => void
}

export const RETRY_MS = [500, 1000, 2000, 4000, 8000, 8000, 15_000]
/** So many failures in a row, and the next way is tried. */
export const PATIENCE: Record<Way['kind'], number> = { whep: 0, 'low-latency': 2, plain: RETRY_MS.length }

const CAN_WEBRTC = typeof RTCPeerConnection !== 'undefined'

/** The ways to watch, the best first. Who saves data takes no dear ones. */
export function waysOf(show: Show, diet: Diet, rewound: boolean): Way[] {
  if (rewound && show.rewind) return [{ kind: 'plain', url: show.rewind.url }]
  if (!show.live) return [{ kind: 'plain', url: show.url }]
  const ways: Way[] = [
    { kind: 'low-latency', url: show.url },
    { kind: 'plain', url: show.url },
  ]
  if (diet === 'low') ways.shift()
  else if (show.whep && CAN_WEBRTC) ways.unshift({ kind: 'whep', url: show.whep })
  return ways
}

/** The same address but for what a signature adds. */
export function sameAddress(one: string, other: string): boolean {
  const bare = (url: string) => url.split(/[?#]/, 1)[0]
  return bare(one) === bare(other)
}
