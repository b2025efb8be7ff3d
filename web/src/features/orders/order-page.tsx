import { useQuery } from '@tanstack/react-query'
import { Package } from 'lucide-react'
import { useParams } from 'react-router'
import type { Order } from '@/api/types'
import { addressLine } from '@/shared/address/address'
import { orderQuery } from '@/shared/data/queries'
import { formatDate } from '@/shared/format/format'
import { useTitle } from '@/shared/hooks/title'
import { useLocale, useT } from '@/shared/i18n/store'
import { methodName } from '@/shared/payment/method'
import { useSession } from '@/shared/session/session'
import { ButtonLink } from '@/shared/ui/button'
import { Countdown } from '@/shared/ui/countdown'
import { Failure } from '@/shared/ui/empty'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { CancelOrder } from './cancel-order'
import { EditOrder } from './edit-order'
import { OrderBadge } from './order-badge'
import { OrderLines } from './order-lines'
import { PayAgain } from './pay-again'
import { SignInFirst } from './sign-in-first'
import { Timeline } from './timeline'

/** Until then the parcel may still go elsewhere. */
const BEFORE_PACKING = new Set<Order['state']>(['pending_payment', 'paid'])
const CARD = 'rounded-card border border-line bg-surface p-5'

function Details({ order }: { order: Order }) {
  const t = useT()
  return (
    <div className="grid content-start gap-4">
      {order.state === 'pending_payment' ? (
        <section className={`${CARD} grid gap-4`}>
          {order.pay_by ? (
            <p className="flex items-center justify-between">
              {t('pay.before')} <Countdown until={order.pay_by} className="text-xl" />
            </p>
          ) : null}
          <PayAgain order={order} />
          <CancelOrder order={order} />
        </section>
      ) : null}
      {order.box_id ? (
        <ButtonLink to={`/boxes/${order.box_id}`} look="secondary" wide icon={<Package aria-hidden className="size-5" />}>
          {t('box.see')}
        </ButtonLink>
      ) : null}
      <section className={CARD}>
        <h2 className="mb-4 text-lg">{t('order.progress')}</h2>
        <Timeline order={order} />
      </section>
      {order.address ? (
        <section className={CARD}>
          <header className="mb-2 flex min-h-9 items-center justify-between gap-3">
            <h2 className="text-lg">{t('checkout.address')}</h2>
            {BEFORE_PACKING.has(order.state) ? <EditOrder order={order} /> : null}
          </header>
          <p className="font-medium">
            {order.address.recipient} · {order.address.phone}
          </p>
          <p className="text-muted">{addressLine(order.address)}</p>
          {order.note ? <p className="mt-2 rounded-xl bg-raised px-3.5 py-2.5 text-sm whitespace-pre-line">{order.note}</p> : null}
        </section>
      ) : null}
      {order.payments.length > 0 ? (
        <section className={CARD}>
          <h2 className="mb-2 text-lg">{t('order.payment')}</h2>
          <ul className="grid gap-1">
            {order.payments.map((payment) => (
              <li key={payment.id} className="flex justify-between gap-3">
                <span>{methodName(t, payment.method)}</span>
                <span className="text-muted">{t(`payment.state.${payment.state}`)}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  )
}

export default function OrderPage() {
  const t = useT()
  const locale = useLocale()
  const { id = '' } = useParams()
  const signedIn = useSession((session) => session.status === 'user')
  const { data: order, error, refetch } = useQuery({ ...orderQuery(id), enabled: signedIn, refetchInterval: ({ state }) => (state.data?.state === 'pending_payment' ? 4_000 : 30_000) })
  useTitle(order ? t('order.number', { number: order.number }) : undefined)
  return (
    <SignInFirst>
      <div className="page-width max-w-5xl py-5">
        {error ? <Failure error={error} onRetry={() => void refetch()} /> : null}
        {!order && !error ? <ListSkeleton rows={3} className="h-44" /> : null}
        {order ? (
          <>
            <header className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-1">
              <h1 className="text-2xl">{t('order.number', { number: order.number })}</h1>
              <OrderBadge state={order.state} />
              {order.created_at ? <span className="text-sm text-muted">{formatDate(order.created_at, locale, 'full', order.shop?.market ?? null)}</span> : null}
            </header>
            <div className="grid items-start gap-4 md:grid-cols-[1.15fr_1fr]">
              <OrderLines order={order} />
              <Details order={order} />
            </div>
          </>
        ) : null}
      </div>
    </SignInFirst>
  )
}
