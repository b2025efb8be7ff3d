import { useCallback } from 'react'
import { serverNow } from '@/shared/hooks/now'
import { useProblemText } from '@/shared/hooks/problem-text'
import { notify } from '@/shared/ui/notice'
import { usePin } from '../api/show-floor'
import { useFloor } from './floor-context'

const noUplink = () => 0

/**
 * Holds an item up, or none, with the time at which the media server gets the picture of this moment: `uplink` seconds from now. It shows at once here; the room's own news settles it for everybody.
 */
export function usePinning(uplink: () => number = noUplink) {
  const { room, show } = useFloor()
  const problem = useProblemText()
  const { mutate } = usePin(show.id)
  return useCallback(
    (item: string | null) => {
      if (show.state === 'ended') return
      room.change((state) => ({ pinned: item, items: state.items.map((row) => ({ ...row, pinned: row.id === item })) }))
      mutate({ item, media_time: serverNow() / 1000 + uplink() }, {
        onError: (error) => {
          notify(problem(error), 'failed')
          void room.load()
        },
      })
    },
    [room, show.state, mutate, problem, uplink],
  )
}
