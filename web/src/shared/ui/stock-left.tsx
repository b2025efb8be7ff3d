import { useT } from '@/shared/i18n/store'
import { cx } from './classes'

const FEW = 5

export function StockLeft({ available, className }: { available: number; className?: string }) {
  const t = useT()
  if (available <= 0) return <span className={cx('text-xs font-bold text-muted', className)}>{t('stock.out')}</span>
  return <span className={cx('tabular text-xs font-semibold', available <= FEW ? 'text-gold' : 'text-muted', className)}>{t('stock.left', { count: available })}</span>
}
