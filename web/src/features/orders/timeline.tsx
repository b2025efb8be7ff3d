import { Check } from 'lucide-react'
import type { Order, OrderState } from '@/api/types'
import { formatDate } from '@/shared/format/format'
import { useLocale, useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'

const WAY: OrderState[] = ['pending_payment', 'paid', 'packing', 'shipped', 'delivered']

/** The way of an order, with what has been reached; an order that ended early shows where. */
export function Timeline({ order }: { order: Order }) {
  const t = useT()
  const locale = useLocale()
  const ended = order.state === 'cancelled' || order.state === 'refunded'
  const times = new Map((order.history ?? []).map((row) => [row.state, row.at]))
  const steps: OrderState[] = ended ? ['pending_payment', ...WAY.filter((state) => state !== 'pending_payment' && times.has(state)), order.state] : WAY
  const reached = steps.indexOf(order.state)
  return (
    <ol className="grid">
      {steps.map((state, index) => {
        const done = index <= reached
        const at = times.get(state) ?? (state === 'pending_payment' ? order.created_at : undefined)
        return (
          <li key={state} aria-current={index === reached ? 'step' : undefined} className="relative flex gap-3.5 pb-5 last:pb-0">
            {index < steps.length - 1 ? <span aria-hidden className={cx('absolute top-6 left-3 h-full w-0.5', index < reached ? 'bg-leaf' : 'bg-line')} /> : null}
            <span aria-hidden className={cx('z-1 grid size-6.5 shrink-0 place-items-center rounded-full', done ? (ended && index === reached ? 'bg-muted text-ground' : 'bg-leaf text-ground') : 'border-2 border-line bg-surface')}>
              {done ? <Check className="size-4" /> : null}
            </span>
            <span className="min-w-0">
              <span className={cx('block leading-6', index === reached ? 'font-bold' : done ? '' : 'text-muted')}>{t(`order.state.${state}`)}</span>
              {at ? <span className="text-sm text-muted">{formatDate(at, locale, 'short', order.shop?.market ?? null)}</span> : null}
              {state === 'shipped' && order.shipments?.[0] ? (
                <span className="block text-sm">
                  {order.shipments[0].carrier} · {t('order.tracking', { number: order.shipments[0].tracking_number })}
                </span>
              ) : null}
            </span>
          </li>
        )
      })}
    </ol>
  )
}
