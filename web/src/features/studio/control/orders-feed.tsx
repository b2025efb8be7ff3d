import { ReceiptText } from 'lucide-react'
import { Link } from 'react-router'
import { useT } from '@/shared/i18n/store'
import { Countdown } from '@/shared/ui/countdown'
import { Failure } from '@/shared/ui/empty'
import { Money } from '@/shared/ui/money'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { OrderBadge } from '../parts/state-badges'
import { studioPaths } from '../paths'
import { useShop } from '../shop-context'
import { useShowOrders } from './floor-context'
import { Panel } from './panel'

const SHOWN = 100

/** Orders of the show as they come in and are paid. */
export function OrdersFeed({ className }: { className?: string }) {
  const t = useT()
  const shop = useShop()
  const { query, orders } = useShowOrders()
  return (
    <Panel title={t('studio.nav.orders')} icon={<ReceiptText aria-hidden />} fill className={className ?? ''} aside={<span className="tabular text-sm text-muted">{orders.length}</span>}>
      {query.isPending ? <ListSkeleton rows={3} className="h-12" /> : null}
      {query.isError && !query.data ? <Failure error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isSuccess && orders.length === 0 ? <p className="py-6 text-center text-sm text-muted">{t('studio.no-show-orders')}</p> : null}
      <ul className="min-h-0 divide-y divide-line overflow-y-auto overscroll-contain">
        {orders.slice(0, SHOWN).map((order) => (
          <li key={`${order.id}-${order.state}`} className="animate-rise">
            <Link to={studioPaths.order(shop.slug, order.id)} target="_blank" className="flex min-h-14 items-center gap-2.5 py-1.5 hover:bg-raised">
              <span className="min-w-0 grow">
                <span className="block truncate text-sm font-semibold">{order.buyer?.display_name ?? order.number}</span>
                <span className="block truncate text-[13px] text-muted">{order.lines.map((line) => `${line.code ?? line.title} ×${line.quantity}`).join(', ')}</span>
              </span>
              <span className="grid shrink-0 justify-items-end gap-0.5">
                <Money value={order.total} className="text-sm font-bold" />
                <span className="flex items-center gap-1.5">
                  {order.state === 'pending_payment' && order.pay_by ? <Countdown until={order.pay_by} className="text-xs" /> : null}
                  <OrderBadge state={order.state} />
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
