import { useMutation } from '@tanstack/react-query'
import { post, remove } from '@/api/client'
import { useProblemText } from '@/shared/hooks/problem-text'
import { askSignIn } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'
import { notify } from '@/shared/ui/notice'
import { useScene } from '../room-context'

/** Getting in line, and leaving it; a guest signs in first. The room's own news settles it. */
export function useQueue() {
  const { room, stream } = useScene()
  const problem = useProblemText()
  const onError = (error: unknown) => notify(problem(error), 'failed')
  const path = `/streams/${stream.id}/queue`
  const enter = useMutation({
    mutationFn: (item: string | null) => post<{ position: number | null }>(path, item ? { item_id: item } : {}),
    onSuccess: ({ position }, item) => room.change((state) => ({ queuePosition: position ?? state.queuePosition, queueItem: item })),
    onError,
  })
  const exit = useMutation({
    mutationFn: () => remove(path),
    onSuccess: () => room.change(() => ({ queuePosition: null, queueItem: null, turn: null })),
    onError,
  })
  const join = (item: string | null) => (useSession.getState().status === 'user' ? enter.mutate(item) : askSignIn(() => enter.mutate(item)))
  return { join, leave: () => exit.mutate(), busy: enter.isPending || exit.isPending }
}
