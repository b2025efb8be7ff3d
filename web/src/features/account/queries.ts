import { queryOptions } from '@tanstack/react-query'
import { get } from '@/api/client'
import type { Page, Passkey, Security } from '@/api/types'

export const securityKey = ['me', 'security'] as const
export const passkeysKey = ['me', 'passkeys'] as const

export const securityQuery = queryOptions({ queryKey: securityKey, queryFn: ({ signal }) => get<Security>('/me/security', undefined, signal) })
export const passkeysQuery = queryOptions({ queryKey: passkeysKey, queryFn: ({ signal }) => get<Page<Passkey>>('/me/passkeys', undefined, signal) })
