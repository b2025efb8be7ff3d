import { ListSkeleton } from '@/shared/ui/skeleton'

export function PageSkeleton() {
  return (
    <div className="page-width py-6">
      <ListSkeleton rows={4} className="h-40" />
    </div>
  )
}
