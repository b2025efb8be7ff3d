import { useCallback } from 'react'
import { queryClient } from '@/shared/data/client'
import { serverNow } from '@/shared/hooks/now'
import { useProblemText } from '@/shared/hooks/problem-text'
import { notify } from '@/shared/ui/notice'
import { studioKeys } from '../api/keys'
import { usePin } from '../api/show-floor'
import type { StreamStats } from '../api/types'
import { useFloor } from './floor-context'

/** How late the picture of an encoder is, as the media server reports it. */
const reportedDelay = (show: string) => (queryClient.getQueryData<StreamStats>(studioKeys.stats(show))?.health?.latency_ms ?? 0) / 1000

/**
 * Holds an item up, or none, with the time at which the media server gets the picture of this moment: `uplink` seconds from now. It shows at once here; the room's own news settles it for everybody.
 */
export function usePinning(uplink?: () => number) {
  const { room, show } = useFloor()
  const problem = useProblemText()
  const { mutate } = usePin(show.id)
  return useCallback(
    (item: string | null) => {
      if (show.state === 'ended') return
      room.change((state) => ({ pinned: item, items: state.items.map((row) => ({ ...row, pinned: row.id === item })) }))
      mutate({ item, media_time: serverNow() / 1000 + (uplink ? uplink() : reportedDelay(show.id)) }, {
        onError: (error) => {
          notify(problem(error), 'failed')
          void room.load()
        },
      })
    },
    [room, show.id, show.state, mutate, problem, uplink],
  )
}
