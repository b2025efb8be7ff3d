/** Which order comments have become claims already, so that nobody claims them twice. Pure. */
import type { ChatMessage } from '@/shared/realtime/frames'
import type { ShowClaim } from '../api/types'

/** Clocks of the room and of the claim are close, not equal. */
const SLACK_MS = 2000
const COMMENT_MS = 20_000
const STAFF_MS = 15 * 60_000

export function settledComments(orders: readonly ChatMessage[], claims: readonly ShowClaim[]): Set<string> {
  const settled = new Set<string>()
  for (const claim of claims) {
    const within = claim.source === 'comment' ? COMMENT_MS : claim.source === 'staff' ? STAFF_MS : 0
    if (!within || !claim.buyer) continue
    const made = Date.parse(claim.created_at)
    const own = orders.filter((message) => message.user.id === claim.buyer?.id && message.at <= made + SLACK_MS && message.at >= made - within)
    const last = own.at(-1)
    if (last) settled.add(last.id)
  }
  return settled
}
