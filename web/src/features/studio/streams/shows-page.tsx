import { useInfiniteQuery } from '@tanstack/react-query'
import { Plus, Video } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'
import { Empty, Failure } from '@/shared/ui/empty'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { Tabs } from '@/shared/ui/tabs'
import { showsQuery, type ShowFilter } from '../api/streams'
import { MoreButton } from '../parts/more-button'
import { PageHead } from '../parts/page-head'
import { studioPaths } from '../paths'
import { useMay, useShop } from '../shop-context'
import { ShowRow } from './show-row'

type Tab = Exclude<ShowFilter, ''> | 'all'
const TABS: Tab[] = ['all', 'live', 'scheduled', 'draft', 'ended']

export function ShowsPage() {
  const t = useT()
  const shop = useShop()
  const mayRun = useMay('run')
  const [tab, setTab] = useState<Tab>('all')
  const list = useInfiniteQuery(showsQuery(shop.id, tab === 'all' ? '' : tab))
  const shows = list.data?.pages.flatMap((page) => page.items) ?? []
  const plan = mayRun ? (
    <ButtonLink to={studioPaths.show(shop.slug, 'new')} icon={<Plus aria-hidden className="size-5" />}>
      {t('studio.new-show')}
    </ButtonLink>
  ) : null
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <PageHead title={t('studio.nav.shows')}>{plan}</PageHead>
      <Tabs name="shows" label={t('studio.nav.shows')} value={tab} onChange={setTab} tabs={TABS.map((id) => ({ id, label: t(id === 'all' ? 'studio.all' : `studio.show-state.${id}`) }))} />
      <div id="shows-panel" role="tabpanel" aria-labelledby={`shows-${tab}`} className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {list.isPending ? <ListSkeleton rows={4} className="h-22" /> : null}
        {list.isError && !list.data ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : null}
        {list.isSuccess && shows.length === 0 ? <Empty icon={<Video aria-hidden />} title={t('studio.no-shows')} text={t('studio.no-coming-shows')} action={plan} /> : null}
        <ul className="grid grid-cols-[minmax(0,1fr)] gap-2.5">
          {shows.map((show) => (
            <li key={show.id}>
              <ShowRow show={show} />
            </li>
          ))}
        </ul>
        <MoreButton pages={list} />
      </div>
    </div>
  )
}
