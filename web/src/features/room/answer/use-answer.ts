import { useMemo, useState } from 'react'
import type { Claim } from '@/api/types'
import { serverNow } from '@/shared/hooks/now'
import { useTick } from '@/shared/hooks/tick'
import { useLive } from '../room-context'
import { answerOf, type Answer } from './answer'

const NOTE_MS = 12_000
const URGENT_MS = 45_000
const QUESTION_MS = 60_000

/** How long an answer is worth reading. */
function lifeOf(answer: Answer): number {
  if (answer.kind === 'change') return answer.change === 'promoted' || answer.change === 'reminder' ? URGENT_MS : NOTE_MS
  return answer.kind === 'refused' || answer.kind === 'limit' ? NOTE_MS : QUESTION_MS
}

const madeByTap = (claim: Claim): Answer => ({ kind: 'change', change: claim.state === 'waitlisted' ? 'waitlisted' : 'held', code: claim.code, claim })

/** The newest answer to this person, from the room or to a tap on the answer before; a newer one takes its place. */
export function useAnswer() {
  const last = useLive((state) => state.lastClaim)
  const items = useLive((state) => state.items)
  const [tap, setTap] = useState<{ at: number; claim: Claim } | null>(null)
  const [closed, setClosed] = useState(0)
  const said = useMemo(() => (last ? answerOf(last.result, items) : null), [last, items])
  const byTap = tap !== null && tap.at >= (last?.at ?? 0)
  const at = byTap ? tap.at : (last?.at ?? 0)
  const answer = byTap ? madeByTap(tap.claim) : said
  useTick(answer && closed < at ? 1000 : null)
  const shown = answer !== null && closed < at && serverNow() - at < lifeOf(answer)
  return { answer: shown ? answer : null, close: () => setClosed(at), onMade: (claim: Claim) => setTap({ at: serverNow(), claim }) }
}
