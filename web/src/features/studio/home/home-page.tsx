import { useQuery } from '@tanstack/react-query'
import { ChevronRight, Package, Plus, Store, Video } from 'lucide-react'
import { Link } from 'react-router'
import { useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { ButtonLink } from '@/shared/ui/button'
import { Failure } from '@/shared/ui/empty'
import { Lantern } from '@/shared/ui/lantern'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { workShopsQuery } from '../api/shops'
import type { Role, WorkShop } from '../api/types'
import { PageHead } from '../parts/page-head'
import { SandboxBadge } from '../parts/state-badges'
import { studioPaths } from '../paths'

function ShopCard({ shop }: { shop: WorkShop }) {
  const t = useT()
  return (
    <Link to={studioPaths.shop(shop.slug)} className="flex h-full items-center gap-4 rounded-card border border-line bg-surface p-5 transition-colors hover:border-muted/60">
      <span aria-hidden className="grid size-13 shrink-0 place-items-center rounded-2xl bg-lantern/15 text-ember">
        <Store className="size-6.5" />
      </span>
      <span className="grid min-w-0 grow gap-1">
        <span className="line-clamp-2 text-lg leading-snug font-bold">{shop.name}</span>
        <span className="flex flex-wrap gap-1.5">
          <Badge>{t(`market.${shop.market}`)}</Badge>
          <Badge>{t(`studio.role.${shop.my_role as Role}`)}</Badge>
          <SandboxBadge />
        </span>
      </span>
      <ChevronRight aria-hidden className="size-5 shrink-0 text-muted" />
    </Link>
  )
}

function FirstRun() {
  const t = useT()
  const steps = [
    { Icon: Store, id: 'shop' },
    { Icon: Package, id: 'product' },
    { Icon: Video, id: 'show' },
  ] as const
  return (
    <section className="grid justify-items-center gap-6 rounded-3xl border border-line bg-surface px-5 py-10 text-center">
      <Lantern className="h-20 animate-glow" />
      <div className="grid gap-2">
        <h2 className="text-2xl">{t('studio.no-shops')}</h2>
        <p className="mx-auto max-w-md text-muted">{t('studio.no-shops-text')}</p>
      </div>
      <ol className="grid w-full max-w-2xl gap-3 text-left sm:grid-cols-3">
        {steps.map(({ Icon, id }, index) => (
          <li key={id} className="flex gap-3 rounded-card bg-raised p-4 sm:flex-col">
            <Icon aria-hidden className="size-7 shrink-0 text-gold" />
            <span>
              <span className="block font-bold">
                {index + 1}. {t(`studio.first.${id}`)}
              </span>
              <span className="block text-sm text-muted">{t(`studio.first.${id}-text`)}</span>
            </span>
          </li>
        ))}
      </ol>
      <ButtonLink to={studioPaths.open} size="large" icon={<Plus aria-hidden className="size-5" />}>
        {t('studio.create-shop')}
      </ButtonLink>
    </section>
  )
}

export function HomePage() {
  const t = useT()
  const shops = useQuery(workShopsQuery)
  const list = shops.data?.items ?? []
  return (
    <div className="grid gap-5">
      <PageHead title={t('studio.your-shops')}>
        {list.length > 0 ? (
          <ButtonLink to={studioPaths.open} look="secondary" icon={<Plus aria-hidden className="size-5" />}>
            {t('studio.create-shop')}
          </ButtonLink>
        ) : null}
      </PageHead>
      {shops.isPending ? <ListSkeleton /> : null}
      {shops.isError && !shops.data ? <Failure error={shops.error} onRetry={() => void shops.refetch()} /> : null}
      {shops.isSuccess && list.length === 0 ? <FirstRun /> : null}
      <ul className="grid gap-3 lg:grid-cols-2">
        {list.map((shop) => (
          <li key={shop.id}>
            <ShopCard shop={shop} />
          </li>
        ))}
      </ul>
    </div>
  )
}
