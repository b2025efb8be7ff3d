import { useQuery } from '@tanstack/react-query'
import { BadgeCheck, CircleX, Hourglass } from 'lucide-react'
import type { ReactNode } from 'react'
import { useParams } from 'react-router'
import type { Order, PaymentAction } from '@/api/types'
import { orderQuery, paymentQuery } from '@/shared/data/queries'
import { useTitle } from '@/shared/hooks/title'
import { useT } from '@/shared/i18n/store'
import { showBefore } from '@/shared/payment/follow-action'
import { useSession } from '@/shared/session/session'
import { ButtonLink } from '@/shared/ui/button'
import { Countdown } from '@/shared/ui/countdown'
import { Failure } from '@/shared/ui/empty'
import { Money } from '@/shared/ui/money'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { cx } from '@/shared/ui/classes'
import { ActionPanel } from './action-panel'
import { PayAgain } from './pay-again'
import { SignInFirst } from './sign-in-first'

type Outcome = 'waiting' | 'done' | 'failed' | 'cancelled'

function outcomeOf(order: Order): Outcome {
  if (order.state === 'cancelled') return 'cancelled'
  if (order.state !== 'pending_payment') return 'done'
  const last = order.payments.at(-1)
  return last && ['failed', 'expired', 'cancelled'].includes(last.state) ? 'failed' : 'waiting'
}

const LOOKS: Record<Outcome, { icon: ReactNode; tone: string }> = {
  waiting: { icon: <Hourglass aria-hidden />, tone: 'bg-gold/15 text-gold' },
  done: { icon: <BadgeCheck aria-hidden />, tone: 'bg-leaf/15 text-leaf' },
  failed: { icon: <CircleX aria-hidden />, tone: 'bg-ember/15 text-ember' },
  cancelled: { icon: <CircleX aria-hidden />, tone: 'bg-raised text-muted' },
}

/** Where a payment ends up. It asks the server, never the address, and keeps asking until there is an answer. */
export default function PaymentPage() {
  const t = useT()
  const { orderId, paymentId } = useParams()
  const signedIn = useSession((session) => session.status === 'user')
  const named = useQuery({ ...paymentQuery(paymentId ?? ''), enabled: signedIn && Boolean(paymentId), staleTime: 60_000 })
  const id = orderId ?? named.data?.payable ?? ''
  const order = useQuery({
    ...orderQuery(id),
    enabled: signedIn && id !== '',
    refetchInterval: ({ state }) => (state.data && outcomeOf(state.data) === 'waiting' ? 2_000 : state.data?.state === 'pending_payment' ? 5_000 : false),
  })
  const last = order.data?.payments.at(-1)
  const payment = useQuery({ ...paymentQuery(last?.id ?? ''), enabled: Boolean(last), staleTime: 60_000 })
  useTitle(t('order.payment'))
  return (
    <SignInFirst>
      {order.isError || named.isError ? <Failure error={order.error ?? named.error} onRetry={() => void (order.isError ? order : named).refetch()} /> : null}
      {order.isPending && !named.isError ? (
        <div className="page-width max-w-lg py-8">
          <ListSkeleton rows={2} className="h-44" />
        </div>
      ) : null}
      {order.data ? <Outcome order={order.data} action={payment.data?.action ?? null} /> : null}
    </SignInFirst>
  )
}

function Outcome({ order, action }: { order: Order; action: PaymentAction | null }) {
  const t = useT()
  const outcome = outcomeOf(order)
  const show = showBefore()
  const { icon, tone } = LOOKS[outcome]
  const title = { waiting: 'pay.waiting', done: 'pay.done', failed: 'pay.failed', cancelled: 'pay.cancelled' } as const
  const text = { waiting: 'pay.waiting-text', done: 'pay.done-text', failed: 'pay.failed-text', cancelled: null } as const
  const line = text[outcome]
  return (
    <div className="page-width grid max-w-lg justify-items-center gap-4 py-10 text-center">
      <div className={cx('grid size-24 animate-pin place-items-center rounded-full [&>svg]:size-11', tone, outcome === 'waiting' && '[&>svg]:animate-glow')}>{icon}</div>
      <div aria-live="polite">
        <h1 className="text-2xl">{t(title[outcome])}</h1>
        {line ? <p className="mt-1.5 text-muted">{t(line)}</p> : null}
      </div>
      <p className="flex items-baseline gap-3">
        <span className="text-muted">{t('order.number', { number: order.number })}</span>
        <Money value={order.total} className="text-xl font-extrabold" />
      </p>
      {order.state === 'pending_payment' && order.pay_by ? (
        <p className="flex items-center gap-2 rounded-pill bg-raised px-4 py-1.5 text-sm">
          {t('pay.before')}
          <Countdown until={order.pay_by} />
        </p>
      ) : null}
      {outcome === 'waiting' && action ? <ActionPanel action={action} /> : null}
      <div className="mt-2 grid w-full gap-3">
        {outcome === 'failed' ? <PayAgain order={order} /> : null}
        {show ? (
          <ButtonLink to={`/live/${show}`} wide look={outcome === 'done' ? 'primary' : 'secondary'}>
            {t('pay.back-to-show')}
          </ButtonLink>
        ) : null}
        <ButtonLink to={`/orders/${order.id}`} wide look="secondary">
          {t('pay.see-order')}
        </ButtonLink>
      </div>
    </div>
  )
}
