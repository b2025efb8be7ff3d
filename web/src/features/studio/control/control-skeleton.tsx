import { Skeleton } from '@/shared/ui/skeleton'

export function ControlSkeleton() {
  return (
    <div data-theme="dark" className="grid h-dvh gap-3 bg-ground p-3 xl:grid-cols-[20rem_minmax(0,1fr)_20rem_21rem]">
      {[0, 1, 2, 3].map((column) => (
        <Skeleton key={column} className="h-full" />
      ))}
    </div>
  )
}
