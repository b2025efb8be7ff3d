import { infiniteQueryOptions, queryOptions, useMutation } from '@tanstack/react-query'
import { get, patch, post, remove } from '@/api/client'
import type { Money, Page } from '@/api/types'
import { queryClient } from '@/shared/data/client'
import { keys } from '@/shared/data/keys'
import { studioKeys } from './keys'
import type { Ingest, LineUpItem, ShopStream, StreamStats } from './types'

export type ShowFilter = 'live' | 'scheduled' | 'draft' | 'ended' | ''

export const showsQuery = (shop: string, state: ShowFilter) =>
  infiniteQueryOptions({
    queryKey: studioKeys.streams(shop, state),
    queryFn: ({ signal, pageParam }) => get<Page<ShopStream>>('/streams', { shop, state, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: 15_000,
  })

export const showQuery = (id: string) =>
  queryOptions({ queryKey: studioKeys.stream(id), queryFn: ({ signal }) => get<ShopStream>(`/streams/${id}`, undefined, signal) })

export const itemsQuery = (id: string) =>
  queryOptions({ queryKey: studioKeys.items(id), queryFn: ({ signal }) => get<Page<LineUpItem>>(`/streams/${id}/items`, undefined, signal) })

export const statsQuery = (id: string, everyMs: number | false) =>
  queryOptions({ queryKey: studioKeys.stats(id), queryFn: ({ signal }) => get<StreamStats>(`/streams/${id}/stats`, undefined, signal), refetchInterval: everyMs })

/** The key stays in this query for as long as its panel is open, and nowhere else. */
export const ingestQuery = (id: string) =>
  queryOptions({ queryKey: studioKeys.ingest(id), queryFn: ({ signal }) => get<Ingest>(`/streams/${id}/ingest`, undefined, signal), gcTime: 0, staleTime: Infinity, retry: false })

export interface ShowWords {
  title: string
  description: string
  scheduled_at: string | null
  language: string | null
  auto_start: boolean
  viewer_limit: number | null
}

function takeShow(show: ShopStream): void {
  queryClient.setQueryData(studioKeys.stream(show.id), show)
  void queryClient.invalidateQueries({ queryKey: studioKeys.streams(show.shop_id) })
  void queryClient.invalidateQueries({ queryKey: keys.stream(show.id) })
  void queryClient.invalidateQueries({ queryKey: keys.playback(show.id) })
}

export function useSaveShow(shop: string, show?: ShopStream) {
  return useMutation({
    mutationFn: ({ scheduled_at, auto_start, ...words }: ShowWords) => {
      if (!show) return post<ShopStream>('/streams', { shop_id: shop, scheduled_at, auto_start, ...words })
      const before = show.state === 'draft' || show.state === 'scheduled'
      return patch<ShopStream>(`/streams/${show.id}`, before ? { scheduled_at, auto_start, ...words } : words)
    },
    onSuccess: takeShow,
  })
}

export type ShowRules = Pick<ShopStream, 'claims_for' | 'hold_seconds' | 'limit_per_buyer_show'>

export function useShowRules(id: string) {
  return useMutation({ mutationFn: (rules: ShowRules) => patch<ShopStream>(`/streams/${id}`, rules), onSuccess: takeShow })
}

export function useDeleteShow(shop: string) {
  return useMutation({
    mutationFn: (id: string) => remove(`/streams/${id}`),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: studioKeys.streams(shop) }),
  })
}

export function useShowSwitch(id: string) {
  return useMutation({ mutationFn: (to: 'start' | 'end') => post<ShopStream>(`/streams/${id}/${to}`), onSuccess: takeShow })
}

export function useRotateKey(id: string) {
  return useMutation({
    mutationFn: () => post<Ingest>(`/streams/${id}/ingest/rotate`),
    onSuccess: (ingest) => queryClient.setQueryData(studioKeys.ingest(id), ingest),
  })
}

export interface ItemWords {
  code?: string
  live_price?: Money | null
  limit_per_buyer?: number | null
  stock?: number | null
  mode?: LineUpItem['mode']
  first_paid?: boolean
}

export function forgetItems(id: string): void {
  void queryClient.invalidateQueries({ queryKey: studioKeys.items(id) })
  void queryClient.invalidateQueries({ queryKey: studioKeys.stream(id) })
}

export function useAddItems(id: string) {
  return useMutation({
    mutationFn: async (products: string[]) => {
      for (const product_id of products) await post<LineUpItem>(`/streams/${id}/items`, { product_id })
    },
    onSettled: () => forgetItems(id),
  })
}

export function useItemChange(id: string) {
  return useMutation({
    mutationFn: async ({ item, words }: { item: string; words: ItemWords | null }): Promise<unknown> =>
      words ? patch(`/streams/${id}/items/${item}`, words) : remove(`/streams/${id}/items/${item}`),
    onSuccess: () => forgetItems(id),
  })
}
