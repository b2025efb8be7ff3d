import { useQuery } from '@tanstack/react-query'
import { PackageX } from 'lucide-react'
import { cartQuery } from '@/shared/data/cart'
import { addressesQuery, methodsQuery, shopQuery } from '@/shared/data/queries'
import { useT } from '@/shared/i18n/store'
import { PlayerPeek } from '@/shared/player/player-peek'
import { askSignIn, closeCheckout, type CheckoutRequest } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Empty, Failure } from '@/shared/ui/empty'
import { Sheet } from '@/shared/ui/sheet'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { CheckoutForm } from './checkout-form'
import { basketOf } from './basket'

/** Paying without leaving: the sheet covers the page, the show goes on in a small window above it. */
export default function CheckoutSheet({ request }: { request: CheckoutRequest }) {
  const t = useT()
  const status = useSession((session) => session.status)
  const signedIn = status === 'user'
  const cart = useQuery({ ...cartQuery, enabled: signedIn, staleTime: 0 })
  const addresses = useQuery({ ...addressesQuery, enabled: signedIn })
  const methods = useQuery({ ...methodsQuery(request.shopId), enabled: signedIn })
  const basket = cart.data ? basketOf(cart.data, request) : null
  const shop = useQuery({ ...shopQuery(basket?.shop.slug ?? ''), enabled: basket !== null })
  const failed = cart.error ?? addresses.error ?? methods.error ?? shop.error
  const loading = cart.isPending || addresses.isPending || methods.isPending || (basket !== null && shop.isPending)
  const retry = () => void Promise.all([cart.refetch(), addresses.refetch(), methods.refetch(), shop.refetch()])
  if (signedIn && !failed && !loading && basket && addresses.data && methods.data && shop.data) {
    return <CheckoutForm basket={basket} shop={shop.data} addresses={addresses.data.items} methods={methods.data.items} />
  }
  return (
    <Sheet wide="side" title={t('checkout.title')} onClose={closeCheckout} peek={<PlayerPeek />}>
      {status === 'guest' ? (
        <Empty icon={<PackageX aria-hidden />} title={t('checkout.sign-in')} action={<Button onClick={() => askSignIn()}>{t('nav.login')}</Button>} />
      ) : failed ? (
        <Failure error={failed} onRetry={retry} />
      ) : loading ? (
        <ListSkeleton rows={4} className="h-16" />
      ) : (
        <Empty icon={<PackageX aria-hidden />} title={t('checkout.nothing')} action={<Button onClick={closeCheckout}>{t('action.close')}</Button>} />
      )}
    </Sheet>
  )
}
