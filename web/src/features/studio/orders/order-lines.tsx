import { useT } from '@/shared/i18n/store'
import { Money } from '@/shared/ui/money'
import { optionText } from '@/shared/ui/option-chooser'
import { Picture } from '@/shared/ui/picture'
import type { ShopOrder } from '../api/types'
import { Card } from '../parts/card'

export function OrderLines({ order }: { order: ShopOrder }) {
  const t = useT()
  const sums = [
    [t('bag.subtotal'), order.subtotal],
    [t('checkout.shipping-cost'), order.shipping],
  ] as const
  return (
    <Card title={t('order.items')}>
      <ul className="divide-y divide-line">
        {order.lines.map((line) => (
          <li key={line.id} className="flex items-center gap-3 py-3">
            <Picture image={line.image_url ? { id: line.variant_id, url: line.image_url } : null} alt="" className="size-16 shrink-0 rounded-xl" />
            <div className="min-w-0 grow">
              <p className="leading-snug font-medium">
                {line.code ? <strong className="mr-1.5 text-gold">{line.code}</strong> : null}
                {line.title}
              </p>
              <p className="text-sm text-muted">
                {optionText(line.options) ? `${optionText(line.options)} · ` : null}
                <Money value={line.unit_price} />
                {line.cancelled > 0 ? <span className="ml-2 text-ember">{t('order.cancelled-units', { count: line.cancelled })}</span> : null}
              </p>
            </div>
            <span className="flex flex-col items-end gap-x-4 sm:flex-row sm:items-baseline">
              <span className="tabular text-lg font-bold whitespace-nowrap">×{line.quantity}</span>
              <Money value={{ ...line.unit_price, amount: line.unit_price.amount * line.quantity }} className="text-right font-semibold sm:min-w-20" />
            </span>
          </li>
        ))}
      </ul>
      <dl className="grid gap-1.5 border-t border-line pt-3">
        {sums.map(([label, value]) => (
          <div key={label} className="flex justify-between text-muted">
            <dt>{label}</dt>
            <dd>
              <Money value={value} />
            </dd>
          </div>
        ))}
        <div className="flex items-baseline justify-between text-lg font-bold">
          <dt>{t('checkout.total')}</dt>
          <dd>
            <Money value={order.total} />
          </dd>
        </div>
      </dl>
    </Card>
  )
}
