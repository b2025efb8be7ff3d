import { useInfiniteQuery } from '@tanstack/react-query'
import { ChevronRight, Plus } from 'lucide-react'
import { Link } from 'react-router'
import { formatDate } from '@/shared/format/format'
import { useLocale, useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'
import { Failure } from '@/shared/ui/empty'
import { Money } from '@/shared/ui/money'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { shopOrdersQuery } from '../api/orders'
import { shelfQuery } from '../api/products'
import { showsQuery } from '../api/streams'
import { Card } from '../parts/card'
import { PageHead } from '../parts/page-head'
import { OrderBadge, SandboxBadge } from '../parts/state-badges'
import { studioPaths } from '../paths'
import { useMay, useShop } from '../shop-context'
import { ShowRow } from '../streams/show-row'
import { Steps } from './steps'

function Newest() {
  const t = useT()
  const locale = useLocale()
  const shop = useShop()
  const orders = useInfiniteQuery(shopOrdersQuery(shop.id, {}))
  const rows = orders.data?.pages[0]?.items.slice(0, 6) ?? []
  return (
    <Card
      title={t('studio.newest-orders')}
      aside={
        <Link to={studioPaths.orders(shop.slug)} className="text-sm font-semibold text-link">
          {t('action.see-all')}
        </Link>
      }
    >
      {orders.isPending ? <ListSkeleton className="h-14" /> : null}
      {orders.isError && !orders.data ? <Failure error={orders.error} onRetry={() => void orders.refetch()} /> : null}
      {orders.isSuccess && rows.length === 0 ? <p className="py-4 text-muted">{t('studio.orders-empty-text')}</p> : null}
      <ul className="divide-y divide-line">
        {rows.map((order) => (
          <li key={order.id}>
            <Link to={studioPaths.order(shop.slug, order.id)} className="flex min-h-14 items-center gap-3 py-2">
              <span className="min-w-0 grow">
                <span className="block truncate font-semibold">{order.buyer?.display_name ?? order.number}</span>
                <span className="block text-sm text-muted">{order.created_at ? formatDate(order.created_at, locale, 'short', shop.market) : null}</span>
              </span>
              <OrderBadge state={order.state} />
              <Money value={order.total} className="font-bold" />
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}

export function OverviewPage() {
  const t = useT()
  const shop = useShop()
  const mayRun = useMay('run')
  const products = useInfiniteQuery(shelfQuery(shop.id, { status: 'active' }))
  const shows = useInfiniteQuery(showsQuery(shop.id, ''))
  const all = shows.data?.pages[0]?.items ?? []
  const coming = all.filter((show) => show.state !== 'ended').slice(0, 4)
  const known = products.isSuccess && shows.isSuccess
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <PageHead title={shop.name} badge={<SandboxBadge />}>
        {mayRun ? (
          <ButtonLink to={studioPaths.show(shop.slug, 'new')} icon={<Plus aria-hidden className="size-5" />}>
            {t('studio.new-show')}
          </ButtonLink>
        ) : null}
      </PageHead>
      {known ? <Steps hasProduct={(products.data.pages[0]?.items.length ?? 0) > 0} shows={all} /> : null}
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-2">
        <Card
          title={t('studio.next-shows')}
          aside={
            <Link to={studioPaths.shows(shop.slug)} className="inline-flex items-center text-sm font-semibold text-link">
              {t('action.see-all')}
              <ChevronRight aria-hidden className="size-4" />
            </Link>
          }
        >
          {shows.isPending ? <ListSkeleton className="h-20" /> : null}
          {shows.isError && !shows.data ? <Failure error={shows.error} onRetry={() => void shows.refetch()} /> : null}
          {shows.isSuccess && coming.length === 0 ? <p className="py-4 text-muted">{t('studio.no-coming-shows')}</p> : null}
          <ul className="grid grid-cols-[minmax(0,1fr)] gap-2.5">
            {coming.map((show) => (
              <li key={show.id}>
                <ShowRow show={show} plain />
              </li>
            ))}
          </ul>
        </Card>
        <Newest />
      </div>
    </div>
  )
}
