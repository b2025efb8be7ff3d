import type { Money as Amount } from '@/api/types'
import { formatMoney } from '@/shared/format/format'
import { useT } from '@/shared/i18n/store'
import { cx } from './classes'

export function Money({ value, className }: { value: Amount; className?: string }) {
  return <span className={cx('tabular whitespace-nowrap', className)}>{formatMoney(value)}</span>
}

/** The price to pay, and the usual one struck through when it is lower now. */
export function Price({ now, usual, className }: { now: Amount; usual?: Amount | null | undefined; className?: string }) {
  const t = useT()
  const cheaper = usual && usual.currency === now.currency && usual.amount > now.amount
  return (
    <span className={cx('inline-flex flex-wrap items-baseline gap-x-2', className)}>
      <Money value={now} className={cx('font-bold', cheaper && 'text-ember')} />
      {cheaper ? (
        <del className="text-[0.8em] text-muted">
          <span className="sr-only">{t('price.usual')} </span>
          <Money value={usual} />
        </del>
      ) : null}
    </span>
  )
}
