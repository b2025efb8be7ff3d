import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { PackageOpen, Radio, Store } from 'lucide-react'
import { useState } from 'react'
import { useParams } from 'react-router'
import { productsQuery, shopQuery, streamsQuery } from '@/shared/data/queries'
import { useTitle } from '@/shared/hooks/title'
import { useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { Button, ButtonLink } from '@/shared/ui/button'
import { Empty, Failure } from '@/shared/ui/empty'
import { ProductGrid } from '@/shared/ui/product-card'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { Tabs } from '@/shared/ui/tabs'
import { StreamGrid } from '@/shared/ui/stream-card'
import { Standing } from './standing'

function ShopProducts({ shopId }: { shopId: string }) {
  const t = useT()
  const list = useInfiniteQuery(productsQuery({ shop: shopId }))
  const products = list.data?.pages.flatMap((page) => page.items) ?? []
  if (list.isPending) return <ListSkeleton />
  if (list.isError) return <Failure error={list.error} onRetry={() => void list.refetch()} />
  if (products.length === 0) return <Empty icon={<PackageOpen aria-hidden />} title={t('shop.no-products')} />
  return (
    <div className="grid gap-5">
      <ProductGrid products={products} />
      {list.hasNextPage ? (
        <Button look="secondary" className="mx-auto" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('action.more')}
        </Button>
      ) : null}
    </div>
  )
}

function ShopShows({ shopId }: { shopId: string }) {
  const t = useT()
  const live = useQuery(streamsQuery('live', shopId))
  const soon = useQuery(streamsQuery('scheduled', shopId))
  const ended = useQuery(streamsQuery('ended', shopId))
  if (live.isPending || soon.isPending || ended.isPending) return <ListSkeleton />
  const shows = [live, soon, ended].flatMap((query) => query.data?.items ?? [])
  if (shows.length === 0) return <Empty icon={<Radio aria-hidden />} title={t('shop.no-shows')} />
  return <StreamGrid streams={shows} heading="h2" />
}

export default function ShopPage() {
  const t = useT()
  const { slug = '' } = useParams()
  const [tab, setTab] = useState<'products' | 'shows'>('products')
  const { data: shop, error, refetch } = useQuery(shopQuery(slug))
  const live = useQuery({ ...streamsQuery('live', shop?.id ?? ''), enabled: Boolean(shop) })
  useTitle(shop?.name)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!shop) return <ListSkeleton />
  const onAir = live.data?.items[0]
  return (
    <div className="page-width grid gap-6 py-5">
      <header data-theme="dark" className="bokeh flex flex-wrap items-center gap-4 rounded-3xl px-6 py-8 text-text">
        <span aria-hidden className="grid size-20 place-items-center rounded-full border-2 border-amber bg-ink text-amber">
          <Store className="size-9" />
        </span>
        <div className="min-w-0 grow">
          <h1 className="text-2xl">{shop.name}</h1>
          <Badge tone="glass">{t(`market.${shop.market}`)}</Badge>
          {shop.description ? <p className="mt-2 max-w-prose text-white/90">{shop.description}</p> : null}
        </div>
        {onAir ? <ButtonLink to={`/live/${onAir.id}`}>{t('home.enter')}</ButtonLink> : null}
      </header>
      <Standing shopId={shop.id} />
      <Tabs
        name="shop"
        label={shop.name}
        value={tab}
        onChange={setTab}
        tabs={[
          { id: 'products', label: t('shop.products') },
          { id: 'shows', label: t('shop.shows') },
        ]}
      />
      <div role="tabpanel" id="shop-panel" aria-labelledby={`shop-${tab}`}>
        {tab === 'products' ? <ShopProducts shopId={shop.id} /> : <ShopShows shopId={shop.id} />}
      </div>
    </div>
  )
}
