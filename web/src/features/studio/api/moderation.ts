/** Keeping order in a show: what holds now, what has been done, and the chat as a file. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { get, getFile } from '@/api/client'
import type { Page } from '@/api/types'
import { studioKeys } from './keys'
import { saveFile } from './save-file'
import type { Desk, ModerationEntry } from './types'

/** Asked anew in a steady beat: somebody else of the shop may be keeping order on another device. */
export const deskQuery = (stream: string, everyMs: number | false = false) =>
  queryOptions({ queryKey: studioKeys.desk(stream), queryFn: ({ signal }) => get<Desk>(`/streams/${stream}/moderation`, undefined, signal), refetchInterval: everyMs })

export const moderationLogQuery = (stream: string) =>
  infiniteQueryOptions({
    queryKey: studioKeys.moderationLog(stream),
    queryFn: ({ signal, pageParam }) => get<Page<ModerationEntry>>(`/streams/${stream}/moderation/log`, { cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

export const downloadChat = async (stream: string) => saveFile(await getFile(`/streams/${stream}/chat/export`, { format: 'csv' }), `chat-${stream}.csv`)
