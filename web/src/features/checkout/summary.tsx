import type { Money as Amount } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { FreeShipping } from '@/shared/ui/free-shipping'
import { Money } from '@/shared/ui/money'
import { optionText } from '@/shared/ui/option-chooser'
import type { Basket } from './basket'

interface Row {
  id: string
  code?: string | undefined
  title?: string | undefined
  options?: Record<string, string> | undefined
  quantity: number
  unit_price: Amount
}

function Line({ row }: { row: Row }) {
  return (
    <li className="flex items-baseline gap-3 py-2">
      <span className="min-w-0 grow">
        {row.code ? <strong className="mr-1.5 text-gold">{row.code}</strong> : null}
        {row.title}
        {row.options && optionText(row.options) ? <span className="text-muted"> {optionText(row.options)}</span> : null}
        <span className="tabular text-muted"> × {row.quantity}</span>
      </span>
      <Money value={{ ...row.unit_price, amount: row.unit_price.amount * row.quantity }} className="font-semibold" />
    </li>
  )
}

export function Summary({ basket, shipping, discount, total, freeFrom }: { basket: Basket; shipping: Amount; discount: Amount; total: Amount; freeFrom: Amount | null | undefined }) {
  const t = useT()
  return (
    <section className="rounded-card border border-line px-4 py-2">
      <h3 className="flex items-center justify-between py-2 text-base">
        <span className="truncate">{basket.shop.name}</span>
        <span className="text-sm font-medium text-muted">{t('checkout.items', { count: basket.pieces })}</span>
      </h3>
      <ul className="divide-y divide-line">
        {basket.claims.map((claim) => (
          <Line key={claim.id} row={claim} />
        ))}
        {basket.lines.map((line) => (
          <Line key={line.variant_id} row={{ ...line, id: line.variant_id }} />
        ))}
      </ul>
      <FreeShipping subtotal={basket.box ? { ...basket.subtotal, amount: basket.subtotal.amount + basket.box.ordered.amount } : basket.subtotal} from={freeFrom} className="border-t border-line pt-3 pb-1" />
      <dl className="grid gap-1 border-t border-line py-3 text-sm">
        <div className="flex justify-between text-muted">
          <dt>{t('bag.subtotal')}</dt>
          <dd>
            <Money value={basket.subtotal} />
          </dd>
        </div>
        <div className="flex justify-between text-muted">
          <dt>{t('checkout.shipping-cost')}</dt>
          <dd>{shipping.amount === 0 ? t('price.free') : <Money value={shipping} />}</dd>
        </div>
        {discount.amount > 0 ? (
          <div className="flex justify-between text-leaf">
            <dt>{t('box.shipping-back')}</dt>
            <dd>
              <Money value={{ ...discount, amount: -discount.amount }} />
            </dd>
          </div>
        ) : null}
        <div className="flex items-baseline justify-between font-bold">
          <dt>{t('checkout.total')}</dt>
          <dd>
            <Money value={total} className="text-lg text-ember" />
          </dd>
        </div>
      </dl>
    </section>
  )
}
