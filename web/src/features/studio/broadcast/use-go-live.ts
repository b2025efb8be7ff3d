import { useEffect } from 'react'
import { isProblem } from '@/api/problem'
import { useProblemText } from '@/shared/hooks/problem-text'
import { notify } from '@/shared/ui/notice'
import { useShowSwitch } from '../api/streams'
import { useFloor } from '../control/floor-context'
import { usePublish } from './broadcast'

const AGAIN_MS = 700

/** Once the picture arrives the show is put on air; the media server needs a moment to say that it has one. */
export function useGoLive(wanted: boolean): void {
  const { show } = useFloor()
  const problem = useProblemText()
  const sending = usePublish((state) => state.phase === 'on')
  const { mutate } = useShowSwitch(show.id)
  const due = wanted && sending && (show.state === 'draft' || show.state === 'scheduled')
  useEffect(() => {
    if (!due) return
    let told = false
    const go = () =>
      mutate('start', {
        onError: (error) => {
          if (isProblem(error, 'no-signal') || told) return
          told = true
          notify(problem(error), 'failed')
        },
      })
    const timer = setInterval(go, AGAIN_MS)
    return () => clearInterval(timer)
  }, [due, mutate, problem])
}
