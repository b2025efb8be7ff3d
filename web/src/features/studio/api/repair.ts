/** Comments that may be orders and were not understood. */
import { queryOptions, useMutation } from '@tanstack/react-query'
import { get, post } from '@/api/client'
import { isProblem } from '@/api/problem'
import type { Page } from '@/api/types'
import { queryClient } from '@/shared/data/client'
import { studioKeys } from './keys'
import { rereadFloor } from './show-floor'
import type { Repair } from './types'

export const repairQuery = (stream: string, everyMs: number | false) =>
  queryOptions({
    queryKey: studioKeys.repair(stream),
    queryFn: ({ signal }) => get<Page<Repair>>(`/streams/${stream}/comment-orders`, { state: 'open', limit: 50 }, signal),
    refetchInterval: everyMs,
  })

export const rereadRepair = (stream: string) => void queryClient.invalidateQueries({ queryKey: studioKeys.repair(stream) })

export type Settlement = { action: 'dismiss' } | { action: 'claim'; item_id: string; variant_id?: string; quantity: number; buyer_id?: string }

/** The message itself is the key: a second press, here or on another device, changes nothing. */
export function useSettleRepair(stream: string) {
  return useMutation({
    mutationFn: ({ message, settlement }: { message: string; settlement: Settlement }) => post<Repair>(`/streams/${stream}/comment-orders/${encodeURIComponent(message)}`, settlement),
    onSuccess: (settled) => queryClient.setQueryData<Page<Repair>>(studioKeys.repair(stream), (page) => page && { ...page, items: page.items.filter((row) => row.id !== settled.id) }),
    onError: (error) => {
      if (isProblem(error, 'repair-settled')) rereadRepair(stream)
    },
    onSettled: () => rereadFloor(stream),
  })
}
