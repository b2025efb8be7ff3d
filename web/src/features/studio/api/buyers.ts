/** The buyers of a shop: what is known of them, and what the shop decides about them. */
import { infiniteQueryOptions, queryOptions, useMutation } from '@tanstack/react-query'
import { get, post, put, remove } from '@/api/client'
import type { Page } from '@/api/types'
import { queryClient } from '@/shared/data/client'
import { studioKeys } from './keys'
import type { Appeal, ShopBuyer } from './types'

export type BuyerState = 'blocked' | 'prepay' | 'members' | 'unreliable'
export interface BuyerFilter {
  q?: string
  state?: BuyerState
}

export const buyersQuery = (shop: string, filter: BuyerFilter) =>
  infiniteQueryOptions({
    queryKey: studioKeys.buyers(shop, filter),
    queryFn: ({ signal, pageParam }) => get<Page<ShopBuyer>>(`/shops/${shop}/buyers`, { ...filter, cursor: pageParam, limit: 50 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

/** The first of the shop's buyers with these words in their name. */
export const foundBuyersQuery = (shop: string, q: string) =>
  queryOptions({
    queryKey: [...studioKeys.buyers(shop, { q }), 'found'],
    queryFn: ({ signal }) => get<Page<ShopBuyer>>(`/shops/${shop}/buyers`, { ...(q && { q }), limit: 6 }, signal),
    placeholderData: (before) => before,
  })

export const buyerQuery = (shop: string, user: string) =>
  queryOptions({ queryKey: studioKeys.buyer(shop, user), queryFn: ({ signal }) => get<ShopBuyer>(`/shops/${shop}/buyers/${user}`, undefined, signal) })

export const appealsQuery = (shop: string, state: Appeal['state'] | null) =>
  queryOptions({ queryKey: studioKeys.appeals(shop, state), queryFn: ({ signal }) => get<Page<Appeal>>(`/shops/${shop}/appeals`, { state, limit: 50 }, signal), refetchInterval: 60_000 })

export type Mark = 'block' | 'prepay' | 'member'
export type MarkChange = { what: 'block' | 'prepay'; on: true; reason: string } | { what: 'member'; on: true } | { what: Mark; on: false }

export function useMark(shop: string, user: string) {
  return useMutation({
    mutationFn: (change: MarkChange) => {
      const path = `/shops/${shop}/buyers/${user}/${change.what}`
      return change.on ? put<ShopBuyer>(path, 'reason' in change ? { reason: change.reason } : undefined) : remove<ShopBuyer>(path)
    },
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: studioKeys.buyers(shop) })
      void queryClient.invalidateQueries({ queryKey: studioKeys.buyer(shop, user) })
    },
  })
}

export function useAnswerAppeal(shop: string) {
  return useMutation({
    mutationFn: ({ id, accept, answer }: { id: string; accept: boolean; answer: string }) => post<Appeal>(`/shops/${shop}/appeals/${id}/answer`, { accept, ...(answer && { answer }) }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['me', 'studio', 'buyers', shop] }),
  })
}
