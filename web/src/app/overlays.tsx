import { lazy, Suspense } from 'react'
import { useOverlays } from '@/shared/session/overlays'

const AuthSheet = lazy(() => import('@/features/auth/auth-sheet'))

/** Sheets any screen may ask for; they open over whatever is being shown, a playing video included. */
export function Overlays() {
  const auth = useOverlays((state) => state.auth)
  return <Suspense fallback={null}>{auth ? <AuthSheet after={auth.after} /> : null}</Suspense>
}
