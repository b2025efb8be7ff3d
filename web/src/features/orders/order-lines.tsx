import type { Order } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { Money } from '@/shared/ui/money'
import { optionText } from '@/shared/ui/option-chooser'
import { Picture } from '@/shared/ui/picture'

export function OrderLines({ order }: { order: Order }) {
  const t = useT()
  return (
    <section className="rounded-card border border-line bg-surface p-5">
      <h2 className="mb-2 text-lg">{t('order.items')}</h2>
      <ul className="divide-y divide-line">
        {order.lines.map((line) => (
          <li key={line.id} className="flex items-center gap-3 py-3">
            <Picture image={line.image_url ? { id: line.variant_id, url: line.image_url } : null} alt="" className="size-14 shrink-0 rounded-xl" />
            <div className="min-w-0 grow">
              <p className="leading-snug font-medium">
                {line.code ? <strong className="mr-1.5 text-gold">{line.code}</strong> : null}
                {line.title}
              </p>
              <p className="text-sm text-muted">
                {optionText(line.options) ? `${optionText(line.options)} · ` : null}
                <Money value={line.unit_price} /> × {line.quantity}
                {line.cancelled > 0 ? <span className="ml-2 text-ember">{t('order.cancelled-units', { count: line.cancelled })}</span> : null}
              </p>
            </div>
            <Money value={{ ...line.unit_price, amount: line.unit_price.amount * line.quantity }} className="font-semibold" />
          </li>
        ))}
      </ul>
      <dl className="grid gap-1.5 border-t border-line pt-4">
        <div className="flex justify-between text-muted">
          <dt>{t('bag.subtotal')}</dt>
          <dd>
            <Money value={order.subtotal} />
          </dd>
        </div>
        <div className="flex justify-between text-muted">
          <dt>{t('checkout.shipping-cost')}</dt>
          <dd>{order.shipping.amount === 0 ? t('price.free') : <Money value={order.shipping} />}</dd>
        </div>
        {order.discount.amount > 0 ? (
          <div className="flex justify-between text-leaf">
            <dt>{t('checkout.discount')}</dt>
            <dd>
              <Money value={{ ...order.discount, amount: -order.discount.amount }} />
            </dd>
          </div>
        ) : null}
        <div className="flex items-baseline justify-between text-lg font-bold">
          <dt>{t('checkout.total')}</dt>
          <dd>
            <Money value={order.total} className="text-xl text-ember" />
          </dd>
        </div>
        {order.refunded.amount > 0 ? (
          <div className="flex justify-between text-muted">
            <dt>{t('order.refunded')}</dt>
            <dd>
              <Money value={order.refunded} />
            </dd>
          </div>
        ) : null}
        {order.due.amount > 0 && order.due.amount !== order.total.amount && order.state !== 'cancelled' ? (
          <div className="flex justify-between font-semibold text-gold">
            <dt>{t('order.due')}</dt>
            <dd>
              <Money value={order.due} />
            </dd>
          </div>
        ) : null}
      </dl>
    </section>
  )
}
