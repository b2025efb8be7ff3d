/** What the comment box says above itself: why something was refused, else which rule holds now. Pure. */
import type { Problem } from '@/api/problem'
import type { RoomRules } from '@/shared/realtime/frames'

export interface Refusal {
  at: number
  text: string
  problem: Problem
}
export interface Standing {
  now: number
  rules: RoomRules
  role: string
  /** Undefined while unknown. */
  following: boolean | undefined
  muted: boolean
  /** Unix seconds. */
  mutedUntil: number | null
  /** When this person last said something that got through. */
  saidAt: number
  refusal: Refusal | null
  /** When this person began to follow the shop, if that was in this room. */
  followedAt: number | null
}
export type Hint =
  | { kind: 'refused'; problem: Problem }
  | { kind: 'muted'; until: number | null }
  | { kind: 'follow'; minutes: number }
  | { kind: 'followed'; until: number }
  | { kind: 'slow'; seconds: number; until: number }
  | { kind: 'raid'; until: number }

/** How long a refusal stays to be read. */
export const REFUSAL_MS = 9000

const seconds = (value: unknown) => Math.max(0, Number(value) || 0)

/** When somebody who has just followed may write; null when they may at once, or must follow first. */
function followedUntil({ refusal, following, followedAt }: Standing, minutes: number): number | null {
  if (!following) return null
  const told = refusal?.problem.code === 'followers-only' ? refusal.problem.members['must_follow_for'] : null
  if (refusal && typeof told === 'number') return refusal.at + told * 1000
  return followedAt === null ? null : followedAt + minutes * 60_000
}

export function hintFor(standing: Standing): Hint | null {
  const { now, rules, role, following, muted, mutedUntil, saidAt, refusal } = standing
  if (role !== 'buyer') return refusal && now < refusal.at + REFUSAL_MS ? { kind: 'refused', problem: refusal.problem } : null
  if (muted && (mutedUntil === null || mutedUntil * 1000 > now)) return { kind: 'muted', until: mutedUntil === null ? null : mutedUntil * 1000 }
  const minutes = rules.followers_only_minutes
  if (minutes !== null && following === false) return { kind: 'follow', minutes }
  const wait = minutes === null ? null : followedUntil(standing, minutes)
  if (wait !== null && wait > now) return { kind: 'followed', until: wait }
  const own = refusal && !['slow-mode', 'followers-only', 'muted-in-room'].includes(refusal.problem.code) && now < refusal.at + REFUSAL_MS
  if (own) return { kind: 'refused', problem: refusal.problem }
  const slow = rules.slow_mode_seconds
  if (slow > 0) {
    const told = refusal?.problem.code === 'slow-mode' ? refusal.at + seconds(refusal.problem.members['retry_after']) * 1000 : 0
    return { kind: 'slow', seconds: slow, until: Math.max(told, saidAt ? saidAt + slow * 1000 : 0) }
  }
  if (rules.raid_until !== null && rules.raid_until > now) return { kind: 'raid', until: rules.raid_until }
  return null
}
