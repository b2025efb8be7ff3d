import { useQuery } from '@tanstack/react-query'
import { Store } from 'lucide-react'
import { shopsQuery } from '@/shared/data/queries'
import { useTitle } from '@/shared/hooks/title'
import { useT } from '@/shared/i18n/store'
import { askSignIn } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { Empty, Failure } from '@/shared/ui/empty'
import { ListSkeleton } from '@/shared/ui/skeleton'

export function ShopsPage() {
  const t = useT()
  useTitle(t('studio.title'))
  const status = useSession((session) => session.status)
  const shops = useQuery({ ...shopsQuery, enabled: status === 'user' })
  if (status === 'guest') {
    return <Empty icon={<Store aria-hidden />} title={t('studio.sign-in')} action={<Button onClick={() => askSignIn()}>{t('nav.login')}</Button>} />
  }
  return (
    <main className="page-width grid gap-4 py-6">
      <h1 className="text-2xl">{t('studio.your-shops')}</h1>
      {shops.isPending ? <ListSkeleton /> : null}
      {shops.isError ? <Failure error={shops.error} onRetry={() => void shops.refetch()} /> : null}
      {shops.data?.items.length === 0 ? <Empty icon={<Store aria-hidden />} title={t('studio.no-shops')} text={t('studio.no-shops-text')} /> : null}
      <ul className="grid gap-3 sm:grid-cols-2">
        {shops.data?.items.map((shop) => (
          <li key={shop.id} className="rounded-card border border-line bg-surface p-5">
            <h2 className="text-lg">{shop.name}</h2>
            <Badge>{t(`market.${shop.market}`)}</Badge>
          </li>
        ))}
      </ul>
    </main>
  )
}
