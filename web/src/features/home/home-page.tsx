import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Lamp } from 'lucide-react'
import { productsQuery, streamsQuery } from '@/shared/data/queries'
import { useTitle } from '@/shared/hooks/title'
import { useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'
import { Empty, Failure } from '@/shared/ui/empty'
import { ProductGrid } from '@/shared/ui/product-card'
import { Skeleton } from '@/shared/ui/skeleton'
import { StreamGrid } from '@/shared/ui/stream-card'
import { Hero } from './hero'
import { Section } from './section'

function LiveSkeleton() {
  const t = useT()
  return (
    <div role="status" aria-label={t('state.loading')} className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
      {Array.from({ length: 4 }, (_, index) => (
        <Skeleton key={index} className="aspect-3/4" />
      ))}
    </div>
  )
}

export default function HomePage() {
  const t = useT()
  useTitle(undefined)
  const live = useQuery(streamsQuery('live'))
  const soon = useQuery(streamsQuery('scheduled'))
  const replays = useQuery(streamsQuery('ended'))
  const products = useInfiniteQuery(productsQuery({ sort: 'newest' }))
  const shown = products.data?.pages[0]?.items.slice(0, 10) ?? []
  return (
    <div className="page-width grid gap-9 py-5">
      <Hero stream={live.data?.items[0]} />
      <Section title={t('home.live')} lit>
        {live.isPending ? <LiveSkeleton /> : null}
        {live.isError ? <Failure error={live.error} onRetry={() => void live.refetch()} /> : null}
        {live.data?.items.length === 0 ? (
          <Empty
            icon={<Lamp aria-hidden />}
            title={t('home.empty')}
            text={t('home.empty-text')}
            action={
              <ButtonLink to="/products" look="secondary">
                {t('bag.browse')}
              </ButtonLink>
            }
          />
        ) : null}
        {live.data ? <StreamGrid streams={live.data.items} eager /> : null}
      </Section>
      {soon.data?.items.length ? (
        <Section title={t('home.soon')}>
          <StreamGrid streams={soon.data.items} />
        </Section>
      ) : null}
      {replays.data?.items.length ? (
        <Section title={t('home.replays')}>
          <StreamGrid streams={replays.data.items} />
        </Section>
      ) : null}
      {shown.length > 0 ? (
        <Section title={t('home.products')} to="/products">
          <ProductGrid products={shown} heading="h3" />
        </Section>
      ) : null}
    </div>
  )
}
