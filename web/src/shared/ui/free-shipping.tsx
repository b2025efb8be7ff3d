import { Truck } from 'lucide-react'
import type { Money } from '@/api/types'
import { formatMoney } from '@/shared/format/format'
import { useT } from '@/shared/i18n/store'
import { cx } from './classes'

/** How far it is to delivery for nothing. Says nothing where a shop has no such threshold. */
export function FreeShipping({ subtotal, from, className }: { subtotal: Money; from: Money | null | undefined; className?: string }) {
  const t = useT()
  if (!from || from.amount <= 0 || from.currency !== subtotal.currency) return null
  const missing = from.amount - subtotal.amount
  const share = Math.min(100, Math.floor((subtotal.amount * 100) / from.amount))
  return (
    <div className={cx('grid gap-1.5', className)}>
      <p className={cx('flex items-center gap-2 text-sm', missing > 0 ? 'text-muted' : 'font-semibold text-leaf')}>
        <Truck aria-hidden className="size-4 shrink-0" />
        {missing > 0 ? t('shipping.missing', { price: formatMoney({ ...from, amount: missing }) }) : t('shipping.reached')}
      </p>
      {missing > 0 ? (
        <div role="progressbar" aria-label={t('shipping.progress')} aria-valuenow={share} aria-valuemin={0} aria-valuemax={100} className="h-1.5 overflow-hidden rounded-full bg-line">
          <div style={{ width: `${share}%` }} className="h-full rounded-full bg-leaf transition-[width] duration-200" />
        </div>
      ) : null}
    </div>
  )
}
