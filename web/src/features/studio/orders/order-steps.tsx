import { Check, CircleX, Package, PackageCheck, PackageX, Truck, Undo2 } from 'lucide-react'
import { useState } from 'react'
import type { OrderState } from '@/api/types'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { Countdown } from '@/shared/ui/countdown'
import { Notice } from '@/shared/ui/notice'
import { useOrderStep } from '../api/orders'
import type { ShopOrder } from '../api/types'
import { Card } from '../parts/card'
import { useMay } from '../shop-context'
import { CancelSheet } from './cancel-sheet'
import { RefundSheet } from './refund-sheet'
import { ShipSheet } from './ship-sheet'

const WAY: OrderState[] = ['pending_payment', 'paid', 'packing', 'shipped', 'delivered']
const REFUNDABLE: OrderState[] = ['paid', 'packing', 'shipped', 'delivered']

function Way({ state }: { state: OrderState }) {
  const t = useT()
  const reached = WAY.indexOf(state)
  return (
    <ol className="grid grid-cols-5 gap-1">
      {WAY.map((step, index) => (
        <li key={step} aria-current={index === reached ? 'step' : undefined} className="grid justify-items-center gap-1.5 text-center">
          <span className={cx('h-1.5 w-full rounded-full', index <= reached ? 'bg-leaf' : 'bg-line')} />
          <span className={cx('text-xs leading-snug', index === reached ? 'font-bold' : 'text-muted')}>
            {index < reached ? <Check aria-hidden className="mr-0.5 inline size-3.5 text-leaf" /> : null}
            {t(`studio.order-state.${step}`)}
          </span>
        </li>
      ))}
    </ol>
  )
}

/** Where the order is, and the one next thing to do. */
export function OrderSteps({ order }: { order: ShopOrder }) {
  const t = useT()
  const problem = useProblemText()
  const mayShip = useMay('ship')
  const mayRefund = useMay('refund')
  const mayRun = useMay('run')
  const step = useOrderStep(order.id)
  const [open, setOpen] = useState<'ship' | 'refund' | 'cancel' | null>(null)
  const { state } = order
  const left = order.total.amount - order.refunded.amount
  const toShip = state === 'paid' || state === 'packing'
  return (
    <Card>
      <div className="grid gap-4">
        {WAY.includes(state) ? <Way state={state} /> : <Notice>{t(state === 'cancelled' ? 'studio.order-cancelled' : 'studio.order-refunded')}</Notice>}
        {state === 'pending_payment' && order.pay_by ? (
          <p className="text-muted">
            {t('studio.waits-for-payment')} <Countdown until={order.pay_by} />
          </p>
        ) : null}
        {step.isError ? <Notice kind="failed">{problem(step.error)}</Notice> : null}
        <div className="flex flex-wrap gap-2.5">
          {mayShip && state === 'paid' ? (
            <Button look="secondary" busy={step.isPending} icon={<Package aria-hidden className="size-5" />} onClick={() => step.mutate({ to: 'packing' })}>
              {t('studio.start-packing')}
            </Button>
          ) : null}
          {mayShip && toShip ? (
            <Button icon={<Truck aria-hidden className="size-5" />} onClick={() => setOpen('ship')}>
              {t('studio.ship')}
            </Button>
          ) : null}
          {mayShip && state === 'shipped' ? (
            <Button busy={step.isPending} icon={<PackageCheck aria-hidden className="size-5" />} onClick={() => step.mutate({ to: 'delivered' })}>
              {t('studio.mark-delivered')}
            </Button>
          ) : null}
          {mayShip && (state === 'shipped' || state === 'delivered') && !order.history.some((row) => row.state === 'uncollected') ? (
            <Button look="secondary" busy={step.isPending} icon={<PackageX aria-hidden className="size-5" />} onClick={() => step.mutate({ to: 'uncollected' })}>
              {t('studio.mark-uncollected')}
            </Button>
          ) : null}
          {(state === 'paid' && mayRefund) || (state === 'pending_payment' && mayRun) ? (
            <Button look="quiet" className="ml-auto" icon={<CircleX aria-hidden className="size-4.5" />} onClick={() => setOpen('cancel')}>
              {t('order.cancel')}
            </Button>
          ) : null}
          {mayRefund && REFUNDABLE.includes(state) && left > 0 ? (
            <Button look="quiet" className="ml-auto" icon={<Undo2 aria-hidden className="size-4.5" />} onClick={() => setOpen('refund')}>
              {t('studio.refund')}
            </Button>
          ) : null}
        </div>
      </div>
      {open === 'ship' ? <ShipSheet order={order} onClose={() => setOpen(null)} /> : null}
      {open === 'cancel' ? <CancelSheet order={order} onClose={() => setOpen(null)} /> : null}
      {open === 'refund' ? <RefundSheet order={order} onClose={() => setOpen(null)} /> : null}
    </Card>
  )
}
