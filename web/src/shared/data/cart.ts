import { queryOptions, useQuery } from '@tanstack/react-query'
import { get } from '@/api/client'
import type { Cart } from '@/api/types'
import { useSession } from '@/shared/session/session'
import { keys } from './keys'

export const cartQuery = queryOptions({
  queryKey: keys.cart,
  queryFn: ({ signal }) => get<Cart>('/cart', undefined, signal),
  staleTime: 5_000,
})

/** The bag belongs to a person or, before log-in, to this browser. */
export function useCart() {
  const known = useSession((session) => session.status !== 'starting')
  return useQuery({ ...cartQuery, enabled: known })
}

export function useBagCount(): number {
  const { data } = useCart()
  return data?.count ?? 0
}
