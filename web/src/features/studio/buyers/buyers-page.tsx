import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Search, UsersRound } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { formatDate } from '@/shared/format/format'
import { useLocale, useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { Empty, Failure } from '@/shared/ui/empty'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { Tabs } from '@/shared/ui/tabs'
import { appealsQuery, buyersQuery, type BuyerState } from '../api/buyers'
import type { ShopBuyer } from '../api/types'
import { MoreButton } from '../parts/more-button'
import { PageHead } from '../parts/page-head'
import { useShop } from '../shop-context'
import { Appeals } from './appeals'
import { BuyerSheet } from './buyer-sheet'

type Tab = 'all' | BuyerState | 'appeals'
const TABS: Tab[] = ['all', 'unreliable', 'prepay', 'blocked', 'members', 'appeals']

export function BuyerBadges({ buyer }: { buyer: ShopBuyer }) {
  const t = useT()
  return (
    <>
      {buyer.blocked ? <Badge tone="ember">{t('studio.buyers.blocked')}</Badge> : null}
      {buyer.prepay ? <Badge tone="gold">{t('studio.buyers.prepay')}</Badge> : null}
      {buyer.member_since ? <Badge tone="leaf">{t('studio.buyers.member')}</Badge> : null}
    </>
  )
}

function Row({ buyer, onOpen }: { buyer: ShopBuyer; onOpen: () => void }) {
  const t = useT()
  const locale = useLocale()
  const shop = useShop()
  return (
    <button type="button" onClick={onOpen} className="grid w-full gap-1 rounded-card border border-line bg-surface p-4 text-left transition-colors hover:border-muted/60">
      <span className="flex flex-wrap items-center gap-2">
        <span className="min-w-0 grow truncate font-semibold">{buyer.display_name}</span>
        <BuyerBadges buyer={buyer} />
      </span>
      <span className="flex flex-wrap gap-x-4 gap-y-0.5 text-sm text-muted">
        <span>{t('studio.buyers.orders', { count: buyer.orders })}</span>
        <span className={buyer.abandoned > 0 ? 'text-gold' : ''}>{t('studio.buyers.abandoned', { count: buyer.abandoned })}</span>
        <span className={buyer.uncollected > 0 ? 'text-ember' : ''}>{t('studio.buyers.uncollected', { count: buyer.uncollected })}</span>
        <span className="ml-auto">{formatDate(buyer.last_at, locale, 'day', shop.market)}</span>
      </span>
    </button>
  )
}

function List({ state }: { state: BuyerState | null }) {
  const t = useT()
  const shop = useShop()
  const [words, setWords] = useState('')
  const q = useDeferredValue(words.trim())
  const [opened, setOpened] = useState<string | null>(null)
  const list = useInfiniteQuery(buyersQuery(shop.id, { ...(q && { q }), ...(state && { state }) }))
  const buyers = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      <div className="relative">
        <Search aria-hidden className="pointer-events-none absolute top-1/2 left-4 size-4.5 -translate-y-1/2 text-muted" />
        <input type="search" value={words} aria-label={t('studio.buyers.search')} placeholder={t('studio.buyers.search')} onChange={(event) => setWords(event.target.value)} className="min-h-11 w-full rounded-pill border border-line bg-surface pr-4 pl-11 text-base placeholder:text-muted" />
      </div>
      {list.isPending ? <ListSkeleton rows={4} className="h-20" /> : null}
      {list.isError && !list.data ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isSuccess && buyers.length === 0 ? <Empty icon={<UsersRound aria-hidden />} title={t(q || state ? 'studio.buyers.none-such' : 'studio.buyers.none')} text={q || state ? '' : t('studio.buyers.none-text')} /> : null}
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-2.5">
        {buyers.map((buyer) => (
          <li key={buyer.user_id}>
            <Row buyer={buyer} onOpen={() => setOpened(buyer.user_id)} />
          </li>
        ))}
      </ul>
      <MoreButton pages={list} />
      {opened ? <BuyerSheet userId={opened} onClose={() => setOpened(null)} /> : null}
    </>
  )
}

/** Who buys here, who can be relied on, and what the shop has decided about whom. */
export function BuyersPage() {
  const t = useT()
  const shop = useShop()
  const [tab, setTab] = useState<Tab>('all')
  const open = useQuery(appealsQuery(shop.id, 'open')).data?.items.length ?? 0
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <PageHead title={t('studio.nav.buyers')} />
      <Tabs name="buyers" label={t('studio.nav.buyers')} value={tab} onChange={setTab} tabs={TABS.map((id) => ({ id, label: t(id === 'all' ? 'studio.all' : `studio.buyers.tab.${id}`), ...(id === 'appeals' && { count: open }) }))} />
      <div id="buyers-panel" role="tabpanel" aria-labelledby={`buyers-${tab}`} className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {tab === 'appeals' ? <Appeals /> : <List key={tab} state={tab === 'all' ? null : tab} />}
      </div>
    </div>
  )
}
