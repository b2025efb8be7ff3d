import { queryOptions } from '@tanstack/react-query'
import { get } from '@/api/client'
import type { Standing } from '@/api/types'

export const standingQuery = (shop: string) =>
  queryOptions({ queryKey: ['me', 'standing', shop], queryFn: ({ signal }) => get<Standing>(`/shops/${shop}/standing`, undefined, signal), staleTime: 30_000 })
