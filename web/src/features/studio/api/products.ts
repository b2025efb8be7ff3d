import { infiniteQueryOptions, queryOptions, useMutation } from '@tanstack/react-query'
import { get, newKey, patch, post, remove } from '@/api/client'
import type { Money, Page, Variant } from '@/api/types'
import { queryClient } from '@/shared/data/client'
import { keys } from '@/shared/data/keys'
import { studioKeys } from './keys'
import type { LedgerEntry, ShopProduct, StockLevel } from './types'

export type ProductStatus = 'active' | 'draft' | 'archived'
export interface ShelfFilter {
  q?: string
  status: ProductStatus
  in_stock?: boolean
}

export const shelfQuery = (shop: string, filter: ShelfFilter) =>
  infiniteQueryOptions({
    queryKey: studioKeys.products(shop, filter),
    queryFn: ({ signal, pageParam }) => get<Page<ShopProduct>>('/products', { ...filter, shop, limit: 50, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 5_000,
  })

export const shopProductQuery = (id: string) =>
  queryOptions({ queryKey: studioKeys.product(id), queryFn: ({ signal }) => get<ShopProduct>(`/products/${id}`, undefined, signal) })

export interface VariantDraft {
  options: Record<string, string>
  price: Money
  stock: number
  sku?: string
}
export interface ProductWords {
  title: string
  description: string
  category: string | null
  status: ProductStatus
  image_keys: string[]
}
export interface ProductPlan {
  words: ProductWords
  added: VariantDraft[]
  changed: { id: string; price: Money; sku: string | null }[]
  removed: string[]
}

export function forgetProducts(shop: string, id?: string): void {
  void queryClient.invalidateQueries({ queryKey: studioKeys.products(shop) })
  void queryClient.invalidateQueries({ queryKey: ['products'] })
  if (!id) return
  void queryClient.invalidateQueries({ queryKey: studioKeys.product(id) })
  void queryClient.invalidateQueries({ queryKey: keys.product(id) })
}

export const createProduct = (shop: string, { words, added }: ProductPlan) => {
  const { category, ...rest } = words
  return post<ShopProduct>(`/shops/${shop}/products`, { ...rest, ...(category && { category }), variants: added })
}

/** Words and pictures first, then new variants before old ones go, because a product is never without any. */
export async function saveProduct(id: string, plan: ProductPlan): Promise<ShopProduct> {
  await patch(`/products/${id}`, plan.words)
  for (const { id: variant, ...change } of plan.changed) await patch<Variant>(`/products/${id}/variants/${variant}`, change)
  for (const variant of plan.added) await post<Variant>(`/products/${id}/variants`, variant)
  for (const variant of plan.removed) await remove(`/products/${id}/variants/${variant}`)
  return get<ShopProduct>(`/products/${id}`)
}

export function useProductStatus(shop: string) {
  return useMutation({
    mutationFn: ({ id, status }: { id: string; status: ProductStatus }) => patch<ShopProduct>(`/products/${id}`, { status }),
    onSuccess: (product) => forgetProducts(shop, product.id),
  })
}

export const stockQuery = (variant: string) =>
  queryOptions({ queryKey: studioKeys.stock(variant), queryFn: ({ signal }) => get<StockLevel>(`/variants/${variant}/stock`, undefined, signal) })

export const ledgerQuery = (variant: string) =>
  queryOptions({ queryKey: studioKeys.ledger(variant), queryFn: ({ signal }) => get<Page<LedgerEntry>>(`/variants/${variant}/stock-ledger`, { limit: 20 }, signal) })

export interface Adjustment {
  delta: number
  reason: 'received' | 'adjusted' | 'damaged' | 'returned'
  note: string
  key: string
}
export const newAdjustment = (delta: number, reason: Adjustment['reason'], note: string): Adjustment => ({ delta, reason, note, key: newKey() })

export function useAdjustStock(shop: string, product: string, variant: string) {
  return useMutation({
    mutationFn: ({ key, note, ...body }: Adjustment) => post<StockLevel>(`/variants/${variant}/stock-adjustments`, { ...body, ...(note && { note }) }, key),
    onSuccess: (level) => {
      queryClient.setQueryData(studioKeys.stock(variant), level)
      void queryClient.invalidateQueries({ queryKey: studioKeys.ledger(variant) })
      forgetProducts(shop, product)
    },
  })
}
