import { queryOptions, useQuery } from '@tanstack/react-query'
import { get } from '@/api/client'
import type { Cart, CartShop } from '@/api/types'
import { useSession } from '@/shared/session/session'
import { keys } from './keys'

export const cartQuery = queryOptions({
  queryKey: keys.cart,
  queryFn: ({ signal }) => get<Cart>('/cart', undefined, signal),
  staleTime: 5_000,
})

export const piecesIn = (shop: CartShop) =>
  shop.claims.filter((claim) => claim.state === 'held').reduce((sum, claim) => sum + claim.quantity, 0) +
  shop.lines.reduce((sum, line) => sum + line.quantity, 0)

export function useCart() {
  const signedIn = useSession((session) => session.status === 'user')
  return useQuery({ ...cartQuery, enabled: signedIn })
}

export function useBagCount(): number {
  const { data } = useCart()
  return (data?.shops ?? []).reduce((sum, shop) => sum + piecesIn(shop), 0)
}
