import { infiniteQueryOptions, queryOptions, useMutation } from '@tanstack/react-query'
import { get, getFile, newKey, post } from '@/api/client'
import type { Box, Money, OrderState, Page } from '@/api/types'
import { queryClient } from '@/shared/data/client'
import type { CancelBody } from '@/shared/orders/cancelling'
import { saveFile } from './save-file'
import { studioKeys } from './keys'
import type { ShopOrder } from './types'
import { withStepUp } from '@/shared/account/step-up'

export interface OrderFilter {
  state?: OrderState
  stream?: string
  q?: string
}

export const shopOrdersQuery = (shop: string, filter: OrderFilter) =>
  infiniteQueryOptions({
    queryKey: studioKeys.orders(shop, filter),
    queryFn: ({ signal, pageParam }) => get<Page<ShopOrder>>(`/shops/${shop}/orders`, { ...filter, cursor: pageParam, limit: 30 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: 10_000,
  })

export const shopOrderQuery = (id: string) =>
  queryOptions({ queryKey: studioKeys.order(id), queryFn: ({ signal }) => get<ShopOrder>(`/orders/${id}`, undefined, signal), refetchInterval: 10_000 })

export const shopBoxesQuery = (shop: string) =>
  queryOptions({ queryKey: studioKeys.boxes(shop), queryFn: ({ signal }) => get<Page<Box>>(`/shops/${shop}/boxes`, { state: 'open', limit: 100 }, signal), refetchInterval: 30_000 })

/** The orders that a filter shows, as a file for a spreadsheet. */
export async function downloadOrders(shop: string, filter: OrderFilter): Promise<void> {
  saveFile(await getFile(`/shops/${shop}/orders/export`, { ...filter }), `orders-${new Date().toISOString().slice(0, 10)}.csv`)
}

export function useCancelOrder(id: string) {
  return useMutation({ mutationFn: ({ body, key }: { body: CancelBody; key: string }) => post<ShopOrder>(`/orders/${id}/cancel`, body, key), onSuccess: takeOrder })
}

function takeOrder(order: ShopOrder): void {
  queryClient.setQueryData(studioKeys.order(order.id), order)
  if (order.shop_id) void queryClient.invalidateQueries({ queryKey: studioKeys.orders(order.shop_id) })
  void queryClient.invalidateQueries({ queryKey: ['me', 'studio', 'show-orders'] })
}

export interface Refund {
  amount: Money
  reason: string
  restock: boolean
  key: string
}
export const newRefund = (amount: Money, reason: string, restock: boolean): Refund => ({ amount, reason, restock, key: newKey() })

type Step = { to: 'packing' } | { to: 'delivered' } | { to: 'uncollected' } | { to: 'shipped'; carrier: string; tracking_number: string }

export function useOrderStep(id: string) {
  return useMutation({
    mutationFn: (step: Step) => {
      if (step.to !== 'shipped') return post<ShopOrder>(`/orders/${id}/${step.to}`)
      return post<ShopOrder>(`/orders/${id}/shipments`, { carrier: step.carrier, tracking_number: step.tracking_number })
    },
    onSuccess: takeOrder,
  })
}

/** Units by variant: one line per variant is what the shelf wants to hear. */
function unitsOf(order: ShopOrder) {
  const units = new Map<string, number>()
  for (const line of order.lines) units.set(line.variant_id, (units.get(line.variant_id) ?? 0) + line.quantity)
  return [...units].map(([variant_id, quantity]) => ({ variant_id, quantity }))
}

export function useRefund(order: ShopOrder) {
  return useMutation({
    mutationFn: ({ key, restock, ...body }: Refund) =>
      withStepUp(() => post<{ order: ShopOrder }>(`/orders/${order.id}/refunds`, restock ? { ...body, restock, lines: unitsOf(order) } : body, key)),
    onSuccess: (answer) => takeOrder(answer.order),
  })
}
