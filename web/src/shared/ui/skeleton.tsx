import { useT } from '@/shared/i18n/store'
import { cx } from './classes'

export function Skeleton({ className }: { className?: string }) {
  return (
    <div
      aria-hidden
      className={cx('animate-shimmer rounded-card bg-[linear-gradient(100deg,var(--raised)_40%,var(--line)_50%,var(--raised)_60%)] bg-[length:200%_100%]', className)}
    />
  )
}

export function ListSkeleton({ rows = 3, className = 'h-24' }: { rows?: number; className?: string }) {
  const t = useT()
  return (
    <div role="status" aria-label={t('state.loading')} className="grid gap-3">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} className={className} />
      ))}
    </div>
  )
}
