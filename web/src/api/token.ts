/** The access token lives in this module's memory only; the refresh token is an httpOnly cookie the page cannot read. */
import type { SessionGrant } from './types'

type Listener = (grant: SessionGrant | null) => void
let token: string | null = null
let renewing: Promise<boolean> | null = null
const listeners = new Set<Listener>()

export const currentToken = () => token
export const pendingRenewal = () => renewing

export function onGrant(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function takeGrant(grant: SessionGrant | null): void {
  token = grant?.access_token ?? null
  for (const listener of listeners) listener(grant)
}

async function askForGrant(): Promise<boolean> {
  const response = await fetch('/api/v1/auth/refresh', { method: 'POST', credentials: 'same-origin' })
  if (response.ok) {
    takeGrant((await response.json()) as SessionGrant)
    return true
  }
  if (response.status < 500 && response.status !== 429) takeGrant(null)
  return false
}

async function renewOnce(): Promise<boolean> {
  try {
    if (!navigator.locks) return await askForGrant()
    return await navigator.locks.request('session-renewal', async () => await askForGrant())
  } catch {
    return false
  } finally {
    renewing = null
  }
}

/** One renewal at a time: in this tab by the shared promise, between tabs by a lock, because the cookie rotates at each use. */
export function renewGrant(): Promise<boolean> {
  const promise = renewing ?? renewOnce()
  renewing = promise
  return promise
}
