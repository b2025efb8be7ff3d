import { useT } from '@/shared/i18n/store'
import { Skeleton } from '@/shared/ui/skeleton'

export function GridSkeleton() {
  const t = useT()
  return (
    <div role="status" aria-label={t('state.loading')} className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5">
      {Array.from({ length: 8 }, (_, index) => (
        <Skeleton key={index} className="aspect-4/5" />
      ))}
    </div>
  )
}
