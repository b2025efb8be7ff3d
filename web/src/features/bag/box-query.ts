import { queryOptions } from '@tanstack/react-query'
import { get } from '@/api/client'
import type { Box } from '@/api/types'
import { keys } from '@/shared/data/keys'

export const boxQuery = (id: string) => queryOptions({ queryKey: [...keys.boxes, id], queryFn: ({ signal }) => get<Box>(`/boxes/${id}`, undefined, signal) })
