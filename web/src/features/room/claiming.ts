import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { newKey, post, remove } from '@/api/client'
import type { Claim, StreamItem, Variant } from '@/api/types'
import { forgetClaim, rememberClaims, useClaims } from '@/shared/data/claims'
import { useSession } from '@/shared/session/session'
import { askSignIn } from '@/shared/session/overlays'
import { serverNow } from '@/shared/hooks/now'
import { useScene } from './room-context'

export interface Wish {
  item: StreamItem
  variantId: string | null
  quantity: number
}

/** Claims an item by tap. A repeat after a lost answer carries the same key, so it can never hold twice. */
export function useClaiming() {
  const { stream } = useScene()
  const attempt = useRef<{ wish: string; key: string } | null>(null)
  const claim = useMutation({
    mutationFn: ({ item, variantId, quantity }: Wish) => {
      const wish = `${item.id}:${variantId ?? ''}:${quantity}`
      if (attempt.current?.wish !== wish) attempt.current = { wish, key: newKey() }
      const body = { item_id: item.id, quantity, ...(variantId && { variant_id: variantId }) }
      return post<{ claim: Claim }>(`/streams/${stream.id}/claims`, body, attempt.current.key)
    },
    onSuccess: ({ claim: made }) => {
      attempt.current = null
      rememberClaims([made])
    },
  })
  const take = (wish: Wish, { onMade, onFailed }: { onMade?: (claim: Claim) => void; onFailed?: (error: unknown) => void } = {}) => {
    const go = () => claim.mutate(wish, { onSuccess: ({ claim: made }) => onMade?.(made), onError: (error) => onFailed?.(error) })
    if (useSession.getState().status === 'user') go()
    else askSignIn(go)
  }
  return { take, busy: claim.isPending, error: claim.error, reset: claim.reset }
}

export function useGiveBack() {
  return useMutation({
    mutationFn: (claim: Claim) => remove(`/claims/${claim.id}`),
    onSuccess: (_answer, claim) => forgetClaim(claim.id),
  })
}

export const isOpen = (claim: Claim): boolean =>
  claim.state === 'waitlisted' || (claim.state === 'held' && (claim.hold_expires_at === null || Date.parse(claim.hold_expires_at) > serverNow()))

/** The claims this person holds or waits for in this show, newest first. */
export function useShowClaims(items: StreamItem[]): Claim[] {
  const { stream } = useScene()
  const claims = useClaims()
  const mine = new Set(items.map((item) => item.id))
  return claims.filter((claim) => claim.stream_id === stream.id || mine.has(claim.item_id))
}

export const priceOf = (item: StreamItem, variant?: Variant) => item.live_price ?? variant?.price ?? item.product.variants[0]?.price ?? { amount: 0, currency: 'TWD' as const }

/** The price before the show's price, when the show is cheaper. */
export function usualPrice(item: StreamItem) {
  const usual = item.product.variants[0]?.price
  return item.live_price && usual && usual.amount > item.live_price.amount ? usual : null
}

export const claimsFor = (itemId: string, claims: Claim[]): Claim[] => claims.filter((claim) => claim.item_id === itemId && isOpen(claim))
