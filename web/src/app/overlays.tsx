import { lazy, Suspense } from 'react'
import { usePlayer } from '@/shared/player/store'
import { useOverlays } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'

const AuthSheet = lazy(() => import('@/features/auth/auth-sheet'))
const CheckoutSheet = lazy(() => import('@/features/checkout/checkout-sheet'))
const HoldReminder = lazy(() => import('./hold-reminder'))
const MiniPlayer = lazy(() => import('@/features/room/mini-player'))

/** What any screen may ask for, and what goes on over every screen: sheets open over a playing video without stopping it. */
export function Overlays() {
  const { auth, checkout } = useOverlays()
  const signedIn = useSession((session) => session.status === 'user')
  const watching = usePlayer((state) => state.streamId !== null)
  return (
    <>
      {/* By itself: while it loads, a sheet that is open must stay. */}
      <Suspense fallback={null}>{signedIn ? <HoldReminder /> : null}</Suspense>
      <Suspense fallback={null}>
        {watching ? <MiniPlayer /> : null}
        {checkout ? <CheckoutSheet request={checkout} /> : null}
        {auth ? <AuthSheet after={auth.after} /> : null}
      </Suspense>
    </>
  )
}
