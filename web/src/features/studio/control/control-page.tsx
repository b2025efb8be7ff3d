import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useParams } from 'react-router'
import { keys } from '@/shared/data/keys'
import { queryClient } from '@/shared/data/client'
import { useMedia } from '@/shared/hooks/media'
import { useTitle } from '@/shared/hooks/title'
import { player } from '@/shared/player/engine'
import { useRoomConnection, useRoomState } from '@/shared/realtime/room'
import { Failure } from '@/shared/ui/empty'
import { studioKeys } from '../api/keys'
import { showQuery } from '../api/streams'
import { OfflineBar } from '../studio-shell'
import { ControlHeader } from './control-header'
import { ControlSkeleton } from './control-skeleton'
import { Desk } from './desk'
import { FloorContext } from './floor-context'
import { Pocket } from './pocket'
import { useFloorNews } from './use-floor-news'

export default function ControlPage() {
  const { id = '' } = useParams()
  return <ControlRoom key={id} id={id} />
}

function ControlRoom({ id }: { id: string }) {
  const room = useRoomConnection(id)
  const show = useQuery({ ...showQuery(id), refetchInterval: 10_000 })
  const state = useRoomState(room, (live) => (live.ready ? live.state : null))
  const wide = useMedia('(min-width: 1200px)')
  useTitle(show.data?.title)
  useFloorNews(room, id)
  // A show being watched elsewhere in the app would play over the preview.
  useEffect(() => player.stop(), [])
  useEffect(() => {
    if (!state) return
    void queryClient.invalidateQueries({ queryKey: studioKeys.stream(id) })
    void queryClient.invalidateQueries({ queryKey: studioKeys.stats(id) })
    void queryClient.invalidateQueries({ queryKey: keys.playback(id) })
  }, [state, id])
  const data = show.data
  const floor = useMemo(() => (data ? { room, show: state ? { ...data, state } : data } : null), [room, data, state])
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
      <div data-theme="dark" className="flex h-dvh flex-col overflow-hidden bg-ground text-text">
        <OfflineBar />
        <ControlHeader />
        {wide ? <Desk /> : <Pocket />}
      </div>
    </FloorContext>
  )
}
