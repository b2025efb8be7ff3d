import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { notify } from '@/shared/ui/notice'
import { statsQuery, useShowSwitch } from '../api/streams'
import { useFloor } from '../control/floor-context'
import { usePublish } from './broadcast'

const LOOK_MS = 700

/** Puts the show on air as soon as the media server has its picture; shows that start by themselves have done so by then. */
export function useGoLive(wanted: boolean): void {
  const { show } = useFloor()
  const problem = useProblemText()
  const sending = usePublish((state) => state.phase === 'on')
  const due = wanted && sending && (show.state === 'draft' || show.state === 'scheduled')
  const arrives = useQuery({ ...statsQuery(show.id, LOOK_MS), enabled: due }).data?.has_signal ?? false
  const { mutate } = useShowSwitch(show.id)
  useEffect(() => {
    if (due && arrives) mutate('start', { onError: (error) => notify(problem(error), 'failed') })
  }, [due, arrives, mutate, problem])
}
