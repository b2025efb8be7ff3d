import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { get } from '@/api/client'
import type { Inbox, ToldChoices } from '@/api/types'

/** Not among the other names: nothing of this belongs to what a room loads first. */
export const inboxKeys = { all: ['me', 'inbox'], list: (lang: string) => ['me', 'inbox', 'list', lang], unread: ['me', 'inbox', 'unread'], choices: ['me', 'told'] } as const

export const inboxQuery = (lang: string) =>
  infiniteQueryOptions({
    queryKey: inboxKeys.list(lang),
    queryFn: ({ signal, pageParam }) => get<Inbox>('/me/notifications', { lang, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  })

export const unreadQuery = queryOptions({
  queryKey: inboxKeys.unread,
  queryFn: ({ signal }) => get<{ unread: number }>('/me/notifications/unread', undefined, signal),
  refetchInterval: 30_000,
  staleTime: 5_000,
})

export const choicesQuery = queryOptions({ queryKey: inboxKeys.choices, queryFn: ({ signal }) => get<ToldChoices>('/me/notification-preferences', undefined, signal) })
