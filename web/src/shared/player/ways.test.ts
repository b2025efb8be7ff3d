import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Show } from './ways'

const show: Show = { streamId: 'str_1', title: '', poster: null, url: 'https://m/hls/index.m3u8', live: true, whep: 'https://m/whep/str_1', rewind: { url: 'https://m/hls/dvr.m3u8', seconds: 60, readAt: 0 } }

describe('ways to watch', () => {
  beforeEach(() => vi.stubGlobal('RTCPeerConnection', class {}))
  afterEach(() => vi.unstubAllGlobals())
  const load = async () => {
    vi.resetModules()
    return import('./ways')
  }

  it('go from WebRTC over low-latency to plain HLS', async () => {
    const { waysOf } = await load()
    expect(waysOf(show, 'full', false).map(({ kind }) => kind)).toEqual(['whep', 'low-latency', 'plain'])
    expect(waysOf({ ...show, whep: null }, 'full', false).map(({ kind }) => kind)).toEqual(['low-latency', 'plain'])
  })

  it('are cheap for who saves data, and the long playlist for who went back', async () => {
    const { waysOf } = await load()
    expect(waysOf(show, 'low', false)).toEqual([{ kind: 'plain', url: show.url }])
    expect(waysOf(show, 'audio', false)[0]?.kind).toBe('whep')
    expect(waysOf(show, 'full', true)).toEqual([{ kind: 'plain', url: show.rewind?.url }])
    expect(waysOf({ ...show, live: false }, 'full', false)).toEqual([{ kind: 'plain', url: show.url }])
  })

  it('are the same when only a signature is new', async () => {
    const { sameAddress } = await load()
    expect(sameAddress('https://m/a.m3u8?token=1', 'https://m/a.m3u8?token=2')).toBe(true)
    expect(sameAddress('https://m/a.m3u8', 'https://m/b.mp4')).toBe(false)
  })
})
