import { QueryClientProvider } from '@tanstack/react-query'
import { BrowserRouter } from 'react-router'
import { queryClient } from '@/shared/data/client'
import { Toasts } from '@/shared/ui/notice'
import { Crash } from './crash'
import { AppRoutes } from './router'
import { Overlays } from './overlays'

export function App() {
  return (
    <Crash>
      <QueryClientProvider client={queryClient}>
        <BrowserRouter>
          <AppRoutes />
          <Overlays />
          <Toasts />
        </BrowserRouter>
      </QueryClientProvider>
    </Crash>
  )
}
