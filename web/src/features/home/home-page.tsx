import { useQuery } from '@tanstack/react-query'
import { Lamp } from 'lucide-react'
import { streamsQuery } from '@/shared/data/queries'
import { useT } from '@/shared/i18n/store'
import { Empty, Failure } from '@/shared/ui/empty'
import { ListSkeleton } from '@/shared/ui/skeleton'

export default function HomePage() {
  const t = useT()
  const live = useQuery(streamsQuery('live'))
  return (
    <div className="page-width py-6">
      <h1 className="text-2xl">{t('home.title')}</h1>
      {live.isPending ? <ListSkeleton /> : null}
      {live.isError ? <Failure error={live.error} onRetry={() => void live.refetch()} /> : null}
      {live.data?.items.length === 0 ? <Empty icon={<Lamp aria-hidden />} title={t('home.empty')} text={t('home.empty-text')} /> : null}
    </div>
  )
}
