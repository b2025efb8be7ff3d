import { useEffect, useRef } from 'react'
import { serverNow } from '@/shared/hooks/now'
import { problemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { claimsOf } from '@/shared/realtime/frames'
import { useRoomState, type Room } from '@/shared/realtime/room'
import { Problem } from '@/api/problem'
import { notify } from '@/shared/ui/notice'

const FRESH_MS = 15_000

/** Says what became of an order comment; a replayed answer to an old comment stays quiet. */
export function useClaimNews(room: Room): void {
  const t = useT()
  const last = useRoomState(room, (state) => state.lastClaim)
  const said = useRef(0)
  useEffect(() => {
    if (!last || last.at === said.current || serverNow() - last.at > FRESH_MS) return
    said.current = last.at
    const { problem, outcome } = last.result
    const claims = claimsOf(last.result)
    if (problem) notify(problemText(t, new Problem(0, problem.code)), 'failed')
    else if (claims.length === 0 && outcome !== 'none') notify(t('room.claim-unclear'))
    for (const claim of claims) {
      const code = claim.code ?? room.store.getState().items.find((item) => item.id === claim.item_id)?.code ?? ''
      if (claim.state === 'held') notify(`${code} · ${t('room.held-count', { count: claim.quantity })}`, 'done')
      if (claim.state === 'waitlisted') notify(`${code} · ${t('room.waiting', { position: claim.position ?? 1 })}`)
    }
  }, [last, room, t])
}
