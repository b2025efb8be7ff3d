import { queryOptions, useMutation } from '@tanstack/react-query'
import { get, post } from '@/api/client'
import { queryClient } from '@/shared/data/client'
import { studioKeys } from './keys'
import type { QueueLine } from './types'

export const queueQuery = (stream: string, everyMs: number | false) =>
  queryOptions({ queryKey: studioKeys.queue(stream), queryFn: ({ signal }) => get<QueueLine>(`/streams/${stream}/queue`, undefined, signal), refetchInterval: everyMs })

/** `after` is whose turn it is on this screen: two hosts who press at once move the line on by one. */
export function useCallNext(stream: string) {
  return useMutation({
    mutationFn: (call: { seconds: number; after: string | null }) => post<QueueLine>(`/streams/${stream}/queue/next`, call),
    onSuccess: (line) => queryClient.setQueryData(studioKeys.queue(stream), line),
    onError: () => queryClient.invalidateQueries({ queryKey: studioKeys.queue(stream) }),
  })
}
