/** What goes on in a show: claims, orders, and the hands of the staff on them. */
import { queryOptions, useMutation } from '@tanstack/react-query'
import { get, newKey, post, remove } from '@/api/client'
import type { Page } from '@/api/types'
import { queryClient } from '@/shared/data/client'
import { studioKeys } from './keys'
import type { Policy } from '@/shared/realtime/frames'
import type { ShopOrder, ShowClaim, WordEffect } from './types'

const PAGES = 8

/** All pages up to a bound; sums over a show need every row. */
async function walk<T>(path: string, query: Record<string, string>, signal: AbortSignal): Promise<{ items: T[]; complete: boolean }> {
  const items: T[] = []
  let cursor: string | null = null
  for (let page = 0; page < PAGES; page += 1) {
    const next: Page<T> = await get<Page<T>>(path, { ...query, limit: 100, cursor }, signal)
    items.push(...next.items)
    cursor = next.next_cursor
    if (!cursor) return { items, complete: true }
  }
  return { items, complete: false }
}

export const showClaimsQuery = (stream: string, everyMs: number | false) =>
  queryOptions({
    queryKey: studioKeys.claims(stream),
    queryFn: ({ signal }) => walk<ShowClaim>(`/streams/${stream}/claims`, {}, signal),
    refetchInterval: everyMs,
  })

export const showOrdersQuery = (shop: string, stream: string, everyMs: number | false) =>
  queryOptions({
    queryKey: studioKeys.showOrders(stream),
    queryFn: ({ signal }) => walk<ShopOrder>(`/shops/${shop}/orders`, { stream }, signal),
    refetchInterval: everyMs,
  })

export function rereadFloor(stream: string): void {
  void queryClient.invalidateQueries({ queryKey: studioKeys.claims(stream) })
  void queryClient.invalidateQueries({ queryKey: studioKeys.showOrders(stream) })
}

export interface StaffClaim {
  item_id: string
  variant_id?: string
  quantity: number
  buyer_id: string
}

export function useClaimFor(stream: string) {
  return useMutation({
    mutationFn: (wish: StaffClaim) => post<{ claim: ShowClaim }>(`/streams/${stream}/claims`, wish, newKey()),
    onSuccess: () => rereadFloor(stream),
  })
}

export function useReleaseClaim(stream: string) {
  return useMutation({ mutationFn: (id: string) => remove(`/claims/${id}`), onSettled: () => rereadFloor(stream) })
}

export type Moderation =
  | { action: 'delete'; message_id: string }
  | { action: 'delete'; user_id: string }
  | { action: 'pin_message'; message_id: string | null }
  | { action: 'slow_mode'; seconds: number }
  | { action: 'announce'; text: string }
  | { action: 'mute'; user_id: string; seconds?: number; shadow?: boolean }
  | { action: 'ban'; user_id: string; delete_messages?: boolean }
  | { action: 'unmute' | 'unban'; user_id: string }
  | { action: 'followers_only'; minutes: number | null }
  | { action: 'words'; add?: { text: string; effect: WordEffect }[]; remove?: string[]; presets?: string[] }
  | { action: 'links' | 'contacts'; policy: Policy }
  | { action: 'raid'; seconds: number | null }
  | { action: 'reply'; user_id: string; message_id?: string; text: string }

export function useModerate(stream: string) {
  return useMutation({
    mutationFn: (action: Moderation) => post<void>(`/streams/${stream}/moderation`, action),
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: studioKeys.desk(stream) })
      void queryClient.invalidateQueries({ queryKey: studioKeys.moderationLog(stream) })
    },
  })
}

export function usePin(stream: string) {
  return useMutation({
    mutationFn: ({ item, media_time }: { item: string | null; media_time: number }): Promise<unknown> => {
      const taken = `?media_time=${media_time.toFixed(3)}`
      return item ? post(`/streams/${stream}/items/${item}/pin${taken}`) : remove(`/streams/${stream}/pin${taken}`)
    },
  })
}
