import { useInfiniteQuery } from '@tanstack/react-query'
import { ReceiptText } from 'lucide-react'
import { Link } from 'react-router'
import type { Order } from '@/api/types'
import { ordersQuery } from '@/shared/data/queries'
import { formatDate } from '@/shared/format/format'
import { useTitle } from '@/shared/hooks/title'
import { useLocale, useT } from '@/shared/i18n/store'
import { useSession } from '@/shared/session/session'
import { Button, ButtonLink } from '@/shared/ui/button'
import { Countdown } from '@/shared/ui/countdown'
import { Empty, Failure } from '@/shared/ui/empty'
import { Money } from '@/shared/ui/money'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { OrderBadge } from './order-badge'
import { SignInFirst } from './sign-in-first'

function OrderCard({ order }: { order: Order }) {
  const t = useT()
  const locale = useLocale()
  const pieces = order.lines.reduce((sum, line) => sum + line.quantity, 0)
  return (
    <Link to={`/orders/${order.id}`} className="grid gap-2 rounded-card border border-line bg-surface p-4 transition-colors hover:border-muted/50">
      <div className="flex items-center justify-between gap-3">
        <span className="min-w-0 truncate text-sm text-muted">
          {order.shop?.name ?? t('order.number', { number: order.number })}
          {order.created_at ? ` · ${formatDate(order.created_at, locale, 'short', order.shop?.market ?? null)}` : null}
        </span>
        <OrderBadge state={order.state} />
      </div>
      <p className="line-clamp-2 font-medium">{order.lines.filter((line) => line.quantity > 0 || order.state === 'cancelled').map((line) => line.title).join(' · ')}</p>
      <div className="flex items-center justify-between gap-3">
        <span className="text-sm text-muted">
          {t('checkout.items', { count: pieces })}
          {order.state === 'pending_payment' && order.pay_by ? (
            <>
              {' · '}
              <Countdown until={order.pay_by} />
            </>
          ) : null}
        </span>
        <Money value={order.total} className="text-lg font-bold" />
      </div>
    </Link>
  )
}

export default function OrdersPage() {
  const t = useT()
  useTitle(t('orders.title'))
  const signedIn = useSession((session) => session.status === 'user')
  const list = useInfiniteQuery({ ...ordersQuery, enabled: signedIn })
  const orders = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <SignInFirst>
      <div className="page-width grid max-w-3xl gap-4 py-5">
        <h1 className="text-2xl">{t('orders.title')}</h1>
        {list.isPending ? <ListSkeleton className="h-32" /> : null}
        {list.isError ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : null}
        {list.isSuccess && orders.length === 0 ? (
          <Empty icon={<ReceiptText aria-hidden />} title={t('orders.empty')} text={t('orders.empty-text')} action={<ButtonLink to="/">{t('action.go-home')}</ButtonLink>} />
        ) : null}
        <ul className="grid gap-3">
          {orders.map((order) => (
            <li key={order.id}>
              <OrderCard order={order} />
            </li>
          ))}
        </ul>
        {list.hasNextPage ? (
          <Button look="secondary" className="mx-auto" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('action.more')}
          </Button>
        ) : null}
      </div>
    </SignInFirst>
  )
}
