import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { post } from '@/api/client'
import { keys } from '@/shared/data/keys'
import { serverNow } from '@/shared/hooks/now'
import { useProblemText } from '@/shared/hooks/problem-text'
import type { ClaimResult } from '@/shared/realtime/frames'
import { askSignIn } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'
import { notify } from '@/shared/ui/notice'
import { useScene } from '../room-context'

const PARAMETER = 'comment'

/** The proof that waits for its owner to log in; the room is built anew then. */
let waiting: string | null = null

/** Out of the address, so that nobody passes it on with a link to the show. */
function takeProof(): string | null {
  const address = new URL(location.href)
  const proof = address.searchParams.get(PARAMETER)
  if (proof) {
    waiting = proof
    address.searchParams.delete(PARAMETER)
    history.replaceState(history.state, '', address)
  }
  return waiting
}

/** Who comes by the personal link of a reply elsewhere orders what they had written there, as themselves. */
export function useOwnComment(): void {
  const { room } = useScene()
  const status = useSession((state) => state.status)
  const client = useQueryClient()
  const problemText = useProblemText()
  useEffect(() => {
    const token = takeProof()
    if (!token || status === 'starting') return
    if (status === 'guest') {
      askSignIn()
      return
    }
    waiting = null
    post<{ result: ClaimResult | null }>('/comment-links', { token })
      .then(({ result }) => {
        if (result) room.change(() => ({ lastClaim: { at: serverNow(), result } }))
        void client.invalidateQueries({ queryKey: keys.claims })
      })
      .catch((error: unknown) => notify(problemText(error), 'failed'))
  }, [status, room, client, problemText])
}
