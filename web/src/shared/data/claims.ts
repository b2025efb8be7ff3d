import { useQuery } from '@tanstack/react-query'
import type { Claim, Page } from '@/api/types'
import { useSession } from '@/shared/session/session'
import { queryClient } from './client'
import { keys } from './keys'
import { claimsQuery } from './queries'

/** An answer asked for before the news came would wipe it out again: ask anew. */
function outrunAnswerUnderWay(): void {
  if (queryClient.isFetching({ queryKey: keys.claims }) > 0) void queryClient.invalidateQueries({ queryKey: keys.claims })
}

/** Takes in claims from wherever they are heard of first: the answer to a tap, or a frame in the room. */
export function rememberClaims(claims: Claim[]): void {
  queryClient.setQueryData<Page<Claim>>(keys.claims, (page) => {
    const known = page?.items ?? []
    const fresh = new Map(claims.map((claim) => [claim.id, claim]))
    const kept = known.map((claim) => {
      const news = fresh.get(claim.id)
      fresh.delete(claim.id)
      return news ? { ...claim, ...news } : claim
    })
    return { items: [...fresh.values(), ...kept], next_cursor: page?.next_cursor ?? null }
  })
  outrunAnswerUnderWay()
  void queryClient.invalidateQueries({ queryKey: keys.cart })
}

export function forgetClaim(id: string): void {
  queryClient.setQueryData<Page<Claim>>(keys.claims, (page) => page && { ...page, items: page.items.filter((claim) => claim.id !== id) })
  outrunAnswerUnderWay()
  void queryClient.invalidateQueries({ queryKey: keys.cart })
}

/** The bag changed elsewhere; a box may have given its claims another deadline. */
export function forgetBag(): void {
  void queryClient.invalidateQueries({ queryKey: keys.cart })
  void queryClient.invalidateQueries({ queryKey: keys.claims })
  void queryClient.invalidateQueries({ queryKey: keys.boxes })
}

export function forgetOrders(): void {
  void queryClient.invalidateQueries({ queryKey: keys.orders })
  void queryClient.invalidateQueries({ queryKey: ['me', 'order'] })
}

/** This person's claims, newest first; empty for a guest. */
export function useClaims(): Claim[] {
  const signedIn = useSession((session) => session.status === 'user')
  const { data } = useQuery({ ...claimsQuery, enabled: signedIn, staleTime: 10_000 })
  return data?.items ?? NONE
}

const NONE: Claim[] = []
