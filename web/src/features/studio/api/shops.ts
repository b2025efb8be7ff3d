import { queryOptions, useMutation } from '@tanstack/react-query'
import { get, patch, post, remove } from '@/api/client'
import type { Market, Page } from '@/api/types'
import { queryClient } from '@/shared/data/client'
import { keys } from '@/shared/data/keys'
import { studioKeys } from './keys'
import type { Member, Role, Selling, WorkShop } from './types'

export const workShopsQuery = queryOptions({
  queryKey: keys.shops,
  queryFn: ({ signal }) => get<Page<WorkShop>>('/me/shops', undefined, signal),
  staleTime: 30_000,
})

export interface ShopDraft {
  name: string
  slug: string
  market: Market
}

const reread = () => queryClient.invalidateQueries({ queryKey: keys.shops })

export function useOpenShop() {
  return useMutation({ mutationFn: (draft: ShopDraft) => post<WorkShop>('/shops', draft), onSuccess: reread })
}

export interface ShopChanges {
  name?: string
  description?: string
  selling?: Selling
}

export function useChangeShop(id: string) {
  return useMutation({
    mutationFn: (changes: ShopChanges) => patch<WorkShop>(`/shops/${id}`, changes),
    onSuccess: (shop) => {
      void queryClient.invalidateQueries({ queryKey: keys.shop(shop.slug) })
      return reread()
    },
  })
}

export const membersQuery = (shop: string) =>
  queryOptions({ queryKey: studioKeys.members(shop), queryFn: ({ signal }) => get<Page<Member>>(`/shops/${shop}/members`, undefined, signal) })

type MemberChange = { kind: 'add'; email: string; role: Role } | { kind: 'role'; user: string; role: Role } | { kind: 'remove'; user: string }

export function useMemberChange(shop: string) {
  return useMutation({
    mutationFn: async (change: MemberChange): Promise<unknown> => {
      if (change.kind === 'add') return post(`/shops/${shop}/members`, { email: change.email, role: change.role })
      if (change.kind === 'role') return patch(`/shops/${shop}/members/${change.user}`, { role: change.role })
      return remove(`/shops/${shop}/members/${change.user}`)
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: studioKeys.members(shop) }),
  })
}
