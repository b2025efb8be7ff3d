import { useQuery } from '@tanstack/react-query'
import { act, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Stream } from '@/api/types'
import { playbackQuery } from '@/shared/data/queries'
import { idlePlayer, usePlayer } from '@/shared/player/store'
import { reduceFrames } from '@/shared/realtime/room-reducer'
import { Room } from '@/shared/realtime/room'
import { serve, show } from '@/test-support'
import { SceneContext } from './room-context'
import KeepPicture from './keep-picture'

const stream = { id: 'str_1', shop_id: 'shp_1', title: 'Show', state: 'live' } as Stream

function Address() {
  return <p>{useQuery(playbackQuery('str_1')).data?.hls}</p>
}

function open() {
  const room = new Room('str_1', 'usr_1')
  room.change(() => ({ ready: true, state: 'live' }))
  show(
    <SceneContext value={{ room, stream }}>
      <KeepPicture />
      <Address />
    </SceneContext>,
  )
  return room
}

const status = (room: Room, provider: string) =>
  act(() => room.change((live) => reduceFrames(live, [{ t: 'stream-status', d: { state: 'live', title: 'Show', started_at: null, ended_at: null, provider } }])))

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  usePlayer.setState(idlePlayer)
})

describe('a picture that comes from elsewhere', () => {
  it('is followed when the room says who carries it, and not when it says so again', async () => {
    const routes = { 'GET /streams/str_1/playback': { body: { hls: 'https://one.test/a.m3u8' } } }
    const calls = serve(routes)
    const room = open()
    await screen.findByText('https://one.test/a.m3u8')
    routes['GET /streams/str_1/playback'].body = { hls: 'https://two.test/b.m3u8' }
    status(room, 'embedded')
    await screen.findByText('https://two.test/b.m3u8')
    const before = calls.length
    status(room, 'embedded')
    expect(calls.length).toBe(before)
  })

  it('is looked for while the picture stands still', async () => {
    const calls = serve({ 'GET /streams/str_1/playback': { body: { hls: 'https://one.test/a.m3u8' } } })
    open()
    await screen.findByText('https://one.test/a.m3u8')
    const before = calls.length
    vi.useFakeTimers({ shouldAdvanceTime: true })
    act(() => usePlayer.setState({ live: true, status: 'stalled' }))
    await act(() => vi.advanceTimersByTimeAsync(5_100))
    await waitFor(() => expect(calls.length).toBe(before + 1))
    act(() => usePlayer.setState({ status: 'playing' }))
    await act(() => vi.advanceTimersByTimeAsync(11_000))
    expect(calls.length).toBe(before + 1)
  })
})
