import { useQuery } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import { Outlet, useParams } from 'react-router'
import { useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'
import { Empty, Failure } from '@/shared/ui/empty'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { workShopsQuery } from './api/shops'
import { studioPaths } from './paths'
import { ShopContext } from './shop-context'

/** Finds the shop of the address among those the person works in. */
export function ShopGate() {
  const t = useT()
  const { slug } = useParams()
  const shops = useQuery(workShopsQuery)
  if (shops.isPending) {
    return (
      <div className="page-width py-8">
        <ListSkeleton rows={4} />
      </div>
    )
  }
  const shop = shops.data?.items.find((row) => row.slug === slug)
  if (shop) {
    return (
      <ShopContext value={shop}>
        <Outlet />
      </ShopContext>
    )
  }
  return (
    <main className="grid min-h-dvh place-items-center">
      {shops.isError ? (
        <Failure error={shops.error} onRetry={() => void shops.refetch()} />
      ) : (
        <Empty icon={<SearchX aria-hidden />} title={t('studio.no-such-shop')} text={t('studio.no-such-shop-text')} action={<ButtonLink to={studioPaths.home}>{t('studio.your-shops')}</ButtonLink>} />
      )}
    </main>
  )
}
