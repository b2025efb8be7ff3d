import { queryOptions, useMutation } from '@tanstack/react-query'
import { get, patch, post, remove } from '@/api/client'
import type { Page } from '@/api/types'
import { queryClient } from '@/shared/data/client'
import { studioKeys } from './keys'
import type { Output } from './types'

export interface NewOutput {
  name: string
  url: string
  key: string
}

export const outputsQuery = (id: string) =>
  queryOptions({ queryKey: studioKeys.outputs(id), queryFn: ({ signal }) => get<Page<Output>>(`/streams/${id}/outputs`, undefined, signal), refetchInterval: 5_000 })

const readAgain = (id: string) => queryClient.invalidateQueries({ queryKey: studioKeys.outputs(id) })

export function useAddOutput(id: string) {
  return useMutation({ mutationFn: (output: NewOutput) => post<Output>(`/streams/${id}/outputs`, output), gcTime: 0, onSuccess: () => readAgain(id) })
}

export function useSwitchOutput(id: string) {
  return useMutation({ mutationFn: ({ output, enabled }: { output: string; enabled: boolean }) => patch<Output>(`/streams/${id}/outputs/${output}`, { enabled }), onSuccess: () => readAgain(id) })
}

export function useDropOutput(id: string) {
  return useMutation({ mutationFn: (output: string) => remove(`/streams/${id}/outputs/${output}`), onSuccess: () => readAgain(id) })
}
