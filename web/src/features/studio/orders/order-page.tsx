import { useQuery } from '@tanstack/react-query'
import { MapPin, StickyNote } from 'lucide-react'
import { useParams } from 'react-router'
import { formatDate } from '@/shared/format/format'
import { useI18n, useLocale, useT, type MessageId, type Translate } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { Failure } from '@/shared/ui/empty'
import { Money } from '@/shared/ui/money'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { shopOrderQuery } from '../api/orders'
import type { ShopOrder } from '../api/types'
import { Card } from '../parts/card'
import { PageHead } from '../parts/page-head'
import { OrderBadge } from '../parts/state-badges'
import { studioPaths } from '../paths'
import { useShop } from '../shop-context'
import { OrderLines } from './order-lines'
import { OrderSteps } from './order-steps'

function Delivery({ order }: { order: ShopOrder }) {
  const t = useT()
  const { address } = order
  return (
    <Card title={t('studio.deliver-to')}>
      <div className="grid gap-2">
        <p className="font-semibold">{order.buyer?.display_name}</p>
        {address ? (
          <address className="flex gap-2.5 not-italic">
            <MapPin aria-hidden className="mt-0.5 size-4.5 shrink-0 text-muted" />
            <span>
              <span className="block font-medium">
                {address.recipient} ·{' '}
                <a href={`tel:${address.phone}`} className="text-link">
                  {address.phone}
                </a>
              </span>
              <span className="block">{[address.line1, address.line2].filter(Boolean).join(', ')}</span>
              <span className="block">{[address.subdistrict, address.district, address.city, address.postcode].filter(Boolean).join(' ')}</span>
            </span>
          </address>
        ) : null}
        {order.note ? (
          <p className="flex gap-2.5 rounded-xl bg-raised p-3 text-sm">
            <StickyNote aria-hidden className="mt-0.5 size-4 shrink-0 text-gold" />
            {order.note}
          </p>
        ) : null}
        {order.shipments?.map((parcel) => (
          <p key={parcel.tracking_number} className="text-sm">
            {parcel.carrier} · {t('order.tracking', { number: parcel.tracking_number })}
          </p>
        ))}
      </div>
    </Card>
  )
}

/** A step that this build does not know yet is shown as it came. */
function stepWords(t: Translate, state: string): string {
  const id = `studio.step-state.${state}` as MessageId
  return id in useI18n.getState().messages ? t(id) : state.replaceAll('_', ' ')
}

function History({ order }: { order: ShopOrder }) {
  const t = useT()
  const locale = useLocale()
  const shop = useShop()
  return (
    <Card title={t('studio.history')}>
      <ol className="grid gap-2 text-sm">
        {order.payments.map((payment) => (
          <li key={payment.id} className="flex items-center justify-between gap-3">
            <span>
              {t('order.payment')} · {payment.method === 'sandbox' ? t('method.sandbox') : payment.method}
            </span>
            <Badge>{t(`payment.state.${payment.state}`)}</Badge>
          </li>
        ))}
        {order.history?.map((step) => (
          <li key={`${step.state}-${step.at}`} className="flex justify-between gap-3">
            <span>{stepWords(t, step.state)}</span>
            <time dateTime={step.at} className="text-muted">
              {formatDate(step.at, locale, 'short', shop.market)}
            </time>
          </li>
        ))}
      </ol>
      {order.refunded.amount > 0 ? (
        <p className="mt-3 flex justify-between border-t border-line pt-3 font-semibold">
          {t('studio.refunded-so-far')}
          <Money value={order.refunded} className="text-ember" />
        </p>
      ) : null}
    </Card>
  )
}

export function OrderPage() {
  const t = useT()
  const shop = useShop()
  const { id = '' } = useParams()
  const order = useQuery(shopOrderQuery(id))
  if (order.isPending) return <ListSkeleton rows={3} className="h-40" />
  if (order.isError && !order.data) return <Failure error={order.error} onRetry={() => void order.refetch()} />
  return (
    <div className="grid gap-4">
      <PageHead title={t('order.number', { number: order.data.number })} back={studioPaths.orders(shop.slug)} badge={<OrderBadge state={order.data.state} />} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="grid gap-4">
          <OrderSteps order={order.data} />
          <OrderLines order={order.data} />
        </div>
        <div className="grid gap-4">
          <Delivery order={order.data} />
          <History order={order.data} />
        </div>
      </div>
    </div>
  )
}
