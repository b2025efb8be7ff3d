import { useCallback } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { notify } from '@/shared/ui/notice'
import { useModerate, type Moderation } from '../api/show-floor'
import { useFloor } from './floor-context'

/** Keeps order, and says that it has been done. */
export function useModeration() {
  const t = useT()
  const problem = useProblemText()
  const { show } = useFloor()
  const { mutate } = useModerate(show.id)
  return useCallback(
    (action: Moderation, onDone?: () => void, name = '') =>
      mutate(action, {
        onSuccess: () => {
          notify(t(`studio.moderated.${action.action}`, { name }), 'done')
          onDone?.()
        },
        onError: (error) => notify(problem(error), 'failed'),
      }),
    [mutate, t, problem],
  )
}
