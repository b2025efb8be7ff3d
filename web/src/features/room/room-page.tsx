import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import { useParams } from 'react-router'
import { isProblem } from '@/api/problem'
import { playbackQuery, streamQuery } from '@/shared/data/queries'
import { useTitle } from '@/shared/hooks/title'
import { player, preloadPlayer } from '@/shared/player/engine'
import { usePlayer } from '@/shared/player/store'
import { useRoomConnection, useRoomState } from '@/shared/realtime/room'
import { Failure } from '@/shared/ui/empty'
import { useWideRoom, WIDE_ROOM } from '@/shared/hooks/media'
import { SceneContext } from './room-context'
import { KeepPicture } from './later'
import { RoomSkeleton } from './room-skeleton'

const RECORDING_LOOKS = 20
/** The socket was closed for it, or the ticket refused. */
const BANNED = [4503, 403]

preloadPlayer()

const loadDesktop = () => import('./desktop/desktop-room')
const loadPhone = () => import('./phone/phone-room')
const DesktopRoom = lazy(loadDesktop)
const PhoneRoom = lazy(loadPhone)
const WaitingRoom = lazy(() => import('./door/waiting-room'))
const TurnedAway = lazy(() => import('./door/turned-away'))
void (matchMedia(WIDE_ROOM).matches ? loadDesktop() : loadPhone()).catch(() => undefined)

export default function RoomPage() {
  const { id = '' } = useParams()
  return <RoomLoader key={id} id={id} />
}

function RoomLoader({ id }: { id: string }) {
  const room = useRoomConnection(id)
  const stream = useQuery(streamQuery(id))
  const state = useRoomState(room, (live) => (live.ready ? live.state : null))
  const error = useRoomState(room, (live) => (live.ready ? null : live.error))
  const playback = useQuery({
    ...playbackQuery(id),
    enabled: stream.isSuccess && stream.data.state !== 'draft',
    // The recording is finished a little after the show.
    refetchInterval: (query) => (state === 'ended' && !query.state.data?.recording && query.state.dataUpdateCount < RECORDING_LOOKS ? 3_000 : false),
  })
  const full = useRoomState(room, (live) => live.connection === 'full')
  const banned = useRoomState(room, (live) => BANNED.includes(live.closeCode ?? 0) || isProblem(live.error, 'room-banned'))
  const wide = useWideRoom()
  useTitle(stream.data?.title)
  const { refetch: reread } = playback
  const { refetch: rereadStream } = stream
  useEffect(() => {
    if (state === 'live' || state === 'ended') {
      void reread()
      void rereadStream()
    }
  }, [state, reread, rereadStream])

  const current = state ?? stream.data?.state
  const onAir = current === 'live' || current === 'interrupted'
  const address = onAir ? playback.data?.hls : (playback.data?.recording ?? playback.data?.hls ?? null)
  const outside = full || banned
  const title = stream.data?.title ?? ''
  const dvr = playback.data?.dvr ?? null
  const dvrSeconds = playback.data?.dvr_seconds ?? 0
  const readAt = playback.dataUpdatedAt
  const poster = playback.data?.poster ?? stream.data?.poster ?? null
  const whep = playback.data?.whep ?? null
  const waiting = current === 'interrupted'
  const thumbnails = playback.data?.thumbnails ?? null
  useEffect(() => {
    if (!address || outside) return
    const rewind = onAir && dvr ? { url: dvr, seconds: dvrSeconds, readAt } : null
    player.load({ streamId: id, title, poster, url: address, live: onAir, whep, waiting, rewind, thumbnails, renew: () => void reread() })
  }, [id, address, outside, title, poster, onAir, whep, waiting, dvr, dvrSeconds, readAt, thumbnails, reread])
  useEffect(() => {
    if (outside) player.stop()
  }, [outside])

  useEffect(() => {
    room.follow(() => (usePlayer.getState().streamId === id ? player.takenAt() : null))
  }, [room, id])

  const failure = stream.error ?? error
  if (banned) {
    return (
      <Suspense fallback={<RoomSkeleton />}>
        <TurnedAway />
      </Suspense>
    )
  }
  if (failure) {
    return (
      <main className="grid min-h-dvh place-items-center">
        <Failure
          error={failure}
          onRetry={() => {
            void stream.refetch()
            room.open()
          }}
        />
      </main>
    )
  }
  if (!stream.data) return <RoomSkeleton />
  return (
    <SceneContext value={{ room, stream: stream.data }}>
      <KeepPicture />
      <div data-theme="dark" className="bg-ground text-text">
        <Suspense fallback={<RoomSkeleton />}>{full ? <WaitingRoom /> : wide ? <DesktopRoom /> : <PhoneRoom />}</Suspense>
      </div>
    </SceneContext>
  )
}
