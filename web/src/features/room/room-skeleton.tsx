import { useT } from '@/shared/i18n/store'
import { Lantern } from '@/shared/ui/lantern'
import { Skeleton } from '@/shared/ui/skeleton'

export function RoomSkeleton() {
  const t = useT()
  return (
    <div data-theme="dark" role="status" aria-label={t('state.loading')} className="relative flex h-dvh flex-col justify-between bg-ink p-4">
      <Skeleton className="h-11 w-52 rounded-pill" />
      <Lantern className="absolute top-1/2 left-1/2 h-20 -translate-1/2 animate-glow" />
      <div className="grid gap-2">
        <Skeleton className="h-4 w-3/5" />
        <Skeleton className="h-4 w-2/5" />
        <Skeleton className="mt-3 h-12 rounded-pill" />
      </div>
    </div>
  )
}
