import { useEffect } from 'react'
import { queryClient } from '@/shared/data/client'
import { keys } from '@/shared/data/keys'
import type { Room } from '@/shared/realtime/room'
import { studioKeys } from '../api/keys'
import { rereadRepair } from '../api/repair'
import { rereadFloor } from '../api/show-floor'

const CALM_MS = 700

/** Stock that moves in the room means a claim or an order has changed: look now, at most once in a moment. */
export function useFloorNews(room: Room, stream: string): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    const stop = room.store.subscribe((now, before) => {
      if (now.repairWaiting !== before.repairWaiting) rereadRepair(stream)
      if (now.provider !== before.provider) for (const key of [studioKeys.ingest(stream), studioKeys.stream(stream), keys.playback(stream)]) void queryClient.invalidateQueries({ queryKey: key })
      const moved = before.ready && (now.items !== before.items || now.sold !== before.sold || now.orderTick !== before.orderTick)
      if (!moved || timer) return
      timer = setTimeout(() => {
        timer = null
        rereadFloor(stream)
      }, CALM_MS)
    })
    return () => {
      stop()
      if (timer) clearTimeout(timer)
    }
  }, [room, stream])
}
