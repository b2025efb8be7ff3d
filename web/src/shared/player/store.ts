import { create } from 'zustand'

export interface Quality {
  index: number
  label: string
}

/** How the picture comes: within half a second (`whep`), some seconds behind (`hls`), or as a file. */
export type Transport = 'whep' | 'hls' | 'file'

/** What a weak or dear line can bear: everything, the smallest picture, or sound alone. */
export type Diet = 'full' | 'low' | 'audio'

export interface PlayerState {
  /** The stream whose video is loaded, also while somebody browses elsewhere. */
  streamId: string | null
  title: string
  poster: string | null
  live: boolean
  status: 'idle' | 'loading' | 'playing' | 'paused' | 'stalled' | 'failed'
  transport: Transport | null
  diet: Diet
  /** Whether sound alone can be had. */
  audioOffered: boolean
  captions: 'none' | 'off' | 'on'
  /** Where small pictures for seeking are listed. */
  thumbnails: string | null
  muted: boolean
  /** The browser refused sound without a tap. */
  soundBlocked: boolean
  volume: number
  position: number
  start: number
  end: number
  portrait: boolean
  qualities: Quality[]
  quality: number
}

export const idlePlayer: PlayerState = {
  streamId: null,
  title: '',
  poster: null,
  live: false,
  status: 'idle',
  transport: null,
  diet: 'full',
  audioOffered: false,
  captions: 'none',
  thumbnails: null,
  muted: false,
  soundBlocked: false,
  volume: 1,
  position: 0,
  start: 0,
  end: 0,
  portrait: false,
  qualities: [],
  quality: -1,
}

export const usePlayer = create<PlayerState>(() => idlePlayer)

/** Seconds behind the newest picture; a few are normal. */
export const behindLive = ({ live, end, position }: PlayerState) => (live ? Math.max(0, end - position) : 0)
