import { ShoppingBag } from 'lucide-react'
import { useCart } from '@/shared/data/cart'
import { useTitle } from '@/shared/hooks/title'
import { useT } from '@/shared/i18n/store'
import { askSignIn } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'
import { Button, ButtonLink } from '@/shared/ui/button'
import { Empty, Failure } from '@/shared/ui/empty'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { OtherClaims } from './other-claims'
import { ShopBag } from './shop-bag'

export default function BagPage() {
  const t = useT()
  useTitle(t('bag.title'))
  const status = useSession((session) => session.status)
  const cart = useCart()
  const shops = (cart.data?.shops ?? []).filter((shop) => shop.claims.length + shop.lines.length > 0)
  const guest = status === 'guest'
  return (
    <div className="page-width grid max-w-3xl gap-4 py-5">
      <h1 className="text-2xl">{t('bag.title')}</h1>
      {cart.isPending ? <ListSkeleton className="h-36" /> : null}
      {cart.isError ? <Failure error={cart.error} onRetry={() => void cart.refetch()} /> : null}
      {cart.isSuccess && shops.length === 0 ? (
        <Empty
          icon={<ShoppingBag aria-hidden />}
          title={t('bag.empty')}
          text={t('bag.empty-text')}
          action={
            <div className="flex flex-wrap justify-center gap-3">
              {guest ? <Button onClick={() => askSignIn()}>{t('nav.login')}</Button> : null}
              <ButtonLink to="/" look={guest ? 'secondary' : 'primary'}>
                {t('bag.browse')}
              </ButtonLink>
            </div>
          }
        />
      ) : null}
      {shops.map((shop) => (
        <ShopBag key={shop.shop.id} group={shop} />
      ))}
      <OtherClaims />
    </div>
  )
}
