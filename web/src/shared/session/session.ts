import { create } from 'zustand'
import { currentToken, onGrant, renewGrant, takeGrant } from '@/api/token'
import type { SessionGrant, User } from '@/api/types'
import { settleLocale } from '@/shared/i18n/store'

interface Session {
  status: 'starting' | 'guest' | 'user'
  user: User | null
}

export const useSession = create<Session>(() => ({ status: 'starting', user: null }))

/** Remembers only that a session existed, so that a first-time visitor is not greeted by a refused renewal. */
const HINT = 'nightmarket.session'
const hint = {
  get: () => {
    try {
      return localStorage.getItem(HINT) === '1'
    } catch {
      return true
    }
  },
  set: (on: boolean) => {
    try {
      if (on) localStorage.setItem(HINT, '1')
      else localStorage.removeItem(HINT)
    } catch {
      // Private mode: the next visit simply asks for a renewal.
    }
  },
}

onGrant((grant) => {
  hint.set(grant !== null)
  useSession.setState(grant ? { status: 'user', user: grant.user } : { status: 'guest', user: null })
  if (grant) void settleLocale(grant.user.locale)
})

export async function startSession(): Promise<void> {
  if (currentToken()) return
  const restored = hint.get() && (await renewGrant())
  if (!restored && useSession.getState().status === 'starting') useSession.setState({ status: 'guest', user: null })
}

export function beginSession(grant: SessionGrant): void {
  takeGrant(grant)
}

export function endSession(): void {
  takeGrant(null)
}

export function updateUser(user: User): void {
  useSession.setState({ user })
}

export const useUser = () => useSession((state) => state.user)
