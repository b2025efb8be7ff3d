import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { useParams } from 'react-router'
import { useTitle } from '@/shared/hooks/title'
import { player } from '@/shared/player/engine'
import { useRoomConnection, useRoomState } from '@/shared/realtime/room'
import { Failure } from '@/shared/ui/empty'
import { showQuery } from '../api/streams'
import { ControlSkeleton } from '../control/control-skeleton'
import { FloorContext } from '../control/floor-context'
import { useFloorNews } from '../control/use-floor-news'
import { Booth } from './booth'
import { Broadcast, BroadcastContext } from './broadcast'

/** Going live with the camera of this device. */
export default function BroadcastPage() {
  const { id = '' } = useParams()
  return <Loader key={id} id={id} />
}

function Loader({ id }: { id: string }) {
  const room = useRoomConnection(id)
  const show = useQuery({ ...showQuery(id), refetchInterval: 5000 })
  const state = useRoomState(room, (live) => (live.ready ? live.state : null))
  const [broadcast] = useState(() => new Broadcast(id))
  useTitle(show.data?.title)
  useFloorNews(room, id)
  useEffect(() => player.stop(), [])
  useEffect(() => () => broadcast.close(), [broadcast])
  const data = show.data
  // Going live is heard of over the room first, and read over HTTP when the room is late.
  const floor = useMemo(() => (data ? { room, show: state && !(state === 'scheduled' && data.state !== 'scheduled') ? { ...data, state } : data } : null), [room, data, state])
  if (show.isError && !data) {
    return (
      <main className="grid min-h-dvh place-items-center">
        <Failure error={show.error} onRetry={() => void show.refetch()} />
      </main>
    )
  }
  if (!floor) return <ControlSkeleton />
  return (
    <FloorContext value={floor}>
      <BroadcastContext value={broadcast}>
        <Booth />
      </BroadcastContext>
    </FloorContext>
  )
}
