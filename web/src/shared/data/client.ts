import { QueryClient } from '@tanstack/react-query'
import { Problem } from '@/api/problem'
import { useSession } from '@/shared/session/session'

const worthRetrying = (error: unknown) => error instanceof Problem && (error.status === 0 || error.status === 502 || error.status === 503)

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) => count < 2 && worthRetrying(error),
      refetchOnWindowFocus: true,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
})

/** What belonged to the previous person leaves the cache with them. */
useSession.subscribe((now, before) => {
  if (now.user?.id !== before.user?.id) queryClient.removeQueries({ queryKey: ['me'] })
})
