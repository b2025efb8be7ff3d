import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Download, ReceiptText, Search } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { OrderState } from '@/api/types'
import { formatDate } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useLocale, useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Countdown } from '@/shared/ui/countdown'
import { Empty, Failure } from '@/shared/ui/empty'
import { SelectField } from '@/shared/ui/field'
import { Money } from '@/shared/ui/money'
import { notify } from '@/shared/ui/notice'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { Tabs } from '@/shared/ui/tabs'
import { downloadOrders, shopOrdersQuery, type OrderFilter } from '../api/orders'
import { showsQuery } from '../api/streams'
import type { ShopOrder } from '../api/types'
import { MoreButton } from '../parts/more-button'
import { PageHead } from '../parts/page-head'
import { OrderBadge } from '../parts/state-badges'
import { studioPaths } from '../paths'
import { useShop } from '../shop-context'
import { Boxes } from './boxes'

type Tab = OrderState | 'all' | 'boxes'
const TABS: Tab[] = ['all', 'pending_payment', 'paid', 'packing', 'shipped', 'delivered', 'cancelled', 'refunded', 'boxes']

function Row({ order }: { order: ShopOrder }) {
  const t = useT()
  const locale = useLocale()
  const shop = useShop()
  const units = order.lines.reduce((sum, line) => sum + line.quantity, 0)
  return (
    <Link to={studioPaths.order(shop.slug, order.id)} className="grid grid-cols-[minmax(0,1fr)] gap-1.5 rounded-card border border-line bg-surface p-4 transition-colors hover:border-muted/60">
      <div className="flex items-center gap-3">
        <span className="min-w-0 grow truncate font-semibold">{order.buyer?.display_name ?? t('room.someone')}</span>
        {order.state === 'pending_payment' && order.pay_by ? <Countdown until={order.pay_by} className="text-sm" /> : null}
        <OrderBadge state={order.state} />
      </div>
      <p className="line-clamp-2 text-[15px]">{order.lines.filter((line) => line.quantity > 0 || order.state === 'cancelled').map((line) => `${line.code ? `${line.code} ` : ''}${line.title} ×${line.quantity}`).join(' · ')}</p>
      <div className="flex items-baseline justify-between gap-3 text-sm text-muted">
        <span className="min-w-0 truncate">
          {order.number} · {order.created_at ? formatDate(order.created_at, locale, 'short', shop.market) : null} · {t('checkout.items', { count: units })}
        </span>
        <Money value={order.total} className="text-lg font-bold text-text" />
      </div>
    </Link>
  )
}

function Results({ filter }: { filter: OrderFilter }) {
  const t = useT()
  const shop = useShop()
  const list = useInfiniteQuery(shopOrdersQuery(shop.id, filter))
  const orders = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      {list.isPending ? <ListSkeleton rows={4} className="h-28" /> : null}
      {list.isError && !list.data ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isSuccess && orders.length === 0 ? <Empty icon={<ReceiptText aria-hidden />} title={t('studio.orders-empty')} text={t('studio.orders-empty-text')} /> : null}
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-2.5 lg:grid-cols-2">
        {orders.map((order) => (
          <li key={order.id}>
            <Row order={order} />
          </li>
        ))}
      </ul>
      <MoreButton pages={list} />
    </>
  )
}

function Export({ filter }: { filter: OrderFilter }) {
  const t = useT()
  const problem = useProblemText()
  const shop = useShop()
  const file = useMutation({ mutationFn: () => downloadOrders(shop.id, filter), onError: (error) => notify(problem(error), 'failed') })
  return (
    <Button look="secondary" busy={file.isPending} icon={<Download aria-hidden className="size-4.5" />} onClick={() => file.mutate()}>
      {t('studio.export')}
    </Button>
  )
}

export function OrdersPage() {
  const t = useT()
  const shop = useShop()
  const [params, setParams] = useSearchParams()
  const [words, setWords] = useState('')
  const q = useDeferredValue(words.trim())
  const state = (TABS.includes(params.get('state') as Tab) ? params.get('state') : 'all') as Tab
  const stream = params.get('show') ?? ''
  const shows = useInfiniteQuery({ ...showsQuery(shop.id, ''), refetchInterval: false, staleTime: 60_000 })
  const filter: OrderFilter = { ...(state !== 'all' && state !== 'boxes' && { state }), ...(stream && { stream }), ...(q && { q }) }
  const choose = (name: 'state' | 'show', value: string) =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old)
        if (value && value !== 'all') next.set(name, value)
        else next.delete(name)
        return next
      },
      { replace: true },
    )
  const aired = shows.data?.pages.flatMap((page) => page.items).filter((show) => show.started_at || show.id === stream) ?? []
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <PageHead title={t('studio.nav.orders')}>{state === 'boxes' ? null : <Export filter={filter} />}</PageHead>
      <Tabs name="orders" label={t('studio.nav.orders')} value={state} onChange={(id) => choose('state', id)} tabs={TABS.map((id) => ({ id, label: id === 'all' ? t('studio.all') : id === 'boxes' ? t('studio.boxes') : t(`studio.order-state.${id}`) }))} />
      {state === 'boxes' ? null : (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3 sm:grid-cols-[minmax(0,1fr)_18rem]">
          <div className="relative">
            <Search aria-hidden className="pointer-events-none absolute top-1/2 left-4 size-4.5 -translate-y-1/2 text-muted" />
            <input type="search" value={words} aria-label={t('studio.orders-search')} placeholder={t('studio.orders-search')} onChange={(event) => setWords(event.target.value)} className="min-h-12 w-full rounded-xl border border-line bg-surface pr-4 pl-11 text-base placeholder:text-muted" />
          </div>
          <SelectField label={t('studio.of-show')} labelHidden value={stream} onChange={(event) => choose('show', event.target.value)}>
            <option value="">{t('studio.all-shows')}</option>
            {aired.map((show) => (
              <option key={show.id} value={show.id}>
                {show.title}
              </option>
            ))}
          </SelectField>
        </div>
      )}
      <div id="orders-panel" role="tabpanel" aria-labelledby={`orders-${state}`} className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {state === 'boxes' ? <Boxes /> : <Results filter={filter} />}
      </div>
    </div>
  )
}
