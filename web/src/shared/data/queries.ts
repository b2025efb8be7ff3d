import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { get } from '@/api/client'
import type { Address, Category, Claim, DeviceSession, Moment, Order, Page, Payment, PaymentMethod, Playback, Product, Shop, Stream } from '@/api/types'
import { keys } from './keys'

export interface ProductFilter {
  q?: string
  category?: string
  shop?: string
  in_stock?: boolean
  sort?: string
}

export const streamsQuery = (state: 'live' | 'scheduled' | 'ended', shop?: string) =>
  queryOptions({
    queryKey: keys.streams(state, shop),
    queryFn: ({ signal }) => get<Page<Stream>>('/streams', { state, shop }, signal),
    staleTime: 5_000,
    refetchInterval: state === 'live' ? 10_000 : 60_000,
  })

export const streamQuery = (id: string) =>
  queryOptions({ queryKey: keys.stream(id), queryFn: ({ signal }) => get<Stream>(`/streams/${id}`, undefined, signal), staleTime: 5_000 })

export const playbackQuery = (id: string) =>
  queryOptions({ queryKey: keys.playback(id), queryFn: ({ signal }) => get<Playback>(`/streams/${id}/playback`, undefined, signal), staleTime: 30_000 })

export const momentsQuery = (id: string) =>
  queryOptions({ queryKey: keys.moments(id), queryFn: ({ signal }) => get<Page<Moment>>(`/streams/${id}/moments`, undefined, signal), staleTime: 60_000 })

export const productsQuery = (filter: ProductFilter) =>
  infiniteQueryOptions({
    queryKey: keys.products(filter),
    queryFn: ({ signal, pageParam }) => get<Page<Product>>('/products', { ...filter, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 15_000,
  })

export const productQuery = (id: string) =>
  queryOptions({ queryKey: keys.product(id), queryFn: ({ signal }) => get<Product>(`/products/${id}`, undefined, signal), staleTime: 10_000 })

export const categoriesQuery = queryOptions({
  queryKey: keys.categories,
  queryFn: ({ signal }) => get<Page<Category>>('/categories', undefined, signal),
  staleTime: 10 * 60_000,
})

export const shopQuery = (slug: string) =>
  queryOptions({ queryKey: keys.shop(slug), queryFn: ({ signal }) => get<Shop>(`/shops/${slug}`, undefined, signal), staleTime: 60_000 })

export const shopsQuery = queryOptions({ queryKey: keys.shops, queryFn: ({ signal }) => get<Page<Shop>>('/me/shops', undefined, signal) })

export const claimsQuery = queryOptions({ queryKey: keys.claims, queryFn: ({ signal }) => get<Page<Claim>>('/me/claims', undefined, signal) })

export const addressesQuery = queryOptions({ queryKey: keys.addresses, queryFn: ({ signal }) => get<Page<Address>>('/me/addresses', undefined, signal) })

export const sessionsQuery = queryOptions({ queryKey: keys.sessions, queryFn: ({ signal }) => get<Page<DeviceSession>>('/me/sessions', undefined, signal) })

export const ordersQuery = infiniteQueryOptions({
  queryKey: keys.orders,
  queryFn: ({ signal, pageParam }) => get<Page<Order>>('/orders', { cursor: pageParam }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
})

export const orderQuery = (id: string) =>
  queryOptions({ queryKey: keys.order(id), queryFn: ({ signal }) => get<Order>(`/orders/${id}`, undefined, signal) })

export const paymentQuery = (id: string) =>
  queryOptions({ queryKey: keys.payment(id), queryFn: ({ signal }) => get<Payment>(`/payments/${id}`, undefined, signal) })

export const methodsQuery = (shop: string, amount?: number) =>
  queryOptions({
    queryKey: keys.methods(shop),
    queryFn: ({ signal }) => get<Page<PaymentMethod>>('/payment-methods', { shop, amount }, signal),
    staleTime: 60_000,
  })
