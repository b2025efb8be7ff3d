import { formatMoney, shortMoney } from '@/shared/format/format'
import { useLocale, useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { useShop } from '../shop-context'
import { boardOf } from './board'
import { useShowClaims, useShowOrders } from './floor-context'

const CELLS = [
  { id: 'claimed', tone: 'text-gold' },
  { id: 'unpaid', tone: 'text-text' },
  { id: 'paid', tone: 'text-leaf' },
  { id: 'expired', tone: 'text-muted' },
] as const

/** The money of the show, as it is this second. */
export function MoneyBoard({ className }: { className?: string }) {
  const t = useT()
  const locale = useLocale()
  const shop = useShop()
  const { claims, query } = useShowClaims()
  const { orders } = useShowOrders()
  const board = boardOf(claims, orders, shop.currency)
  const partial = query.data?.complete === false
  return (
    <dl className={cx('grid grid-cols-4 overflow-hidden rounded-2xl border border-line bg-surface', className)} aria-live="off">
      {CELLS.map(({ id, tone }) => (
        <div key={id} className="border-l border-line px-1.5 py-2 first:border-l-0 md:px-2.5 2xl:px-3.5">
          <dt className="truncate text-[11px] text-muted sm:text-xs">{t(`studio.board.${id}`)}</dt>
          <dd className={cx('tabular truncate text-[13px] font-extrabold md:text-lg', tone)}>
            {partial ? '≥ ' : ''}
            <span className="hidden md:inline">{formatMoney(board[id].money).replace(/\.\d+$/, '')}</span>
            <span className="md:hidden">{shortMoney(board[id].money, locale)}</span>
          </dd>
          <dd className="tabular truncate text-[11px] text-muted sm:text-xs">{id === 'unpaid' || id === 'paid' ? t('studio.board.orders', { count: board[id].count }) : t('studio.board.units', { count: board[id].count })}</dd>
        </div>
      ))}
    </dl>
  )
}
