import type { Role } from './api/types'

const RIGHTS = {
  /** Products and what is planned. */
  edit: ['owner', 'host'],
  /** The show itself: its key, its line-up, start and end. */
  run: ['owner', 'host'],
  moderate: ['owner', 'host', 'moderator'],
  claimFor: ['owner', 'host', 'moderator'],
  count: ['owner', 'host', 'packer'],
  ship: ['owner', 'host', 'packer'],
  refund: ['owner'],
  manage: ['owner'],
} as const satisfies Record<string, readonly Role[]>

export type Right = keyof typeof RIGHTS
export const GIVEN_ROLES = ['host', 'moderator', 'packer'] as const satisfies readonly Role[]

/** Whether a member with this role may do this. The server decides; screens only leave out what would be refused. */
export function may(role: string | null | undefined, right: Right): boolean {
  return (RIGHTS[right] as readonly string[]).includes(role ?? '')
}

const RANKS: Record<string, number> = { owner: 3, host: 2, moderator: 1 }
const rank = (role: string | null | undefined) => RANKS[role ?? ''] ?? 0

/** Whether somebody may mute or ban somebody: only those who stand below them. */
export function mayRestrict(role: string | null | undefined, subject: string): boolean {
  return may(role, 'moderate') && rank(role) > rank(subject)
}
