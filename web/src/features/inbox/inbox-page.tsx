import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { BellRing, Clock3, LockKeyhole, Package, Radio, ShieldAlert, ShoppingBag, type LucideIcon } from 'lucide-react'
import { Link } from 'react-router'
import { post } from '@/api/client'
import type { Told } from '@/api/types'
import { inboxKeys, inboxQuery } from '@/shared/data/inbox'
import { formatDate } from '@/shared/format/format'
import { useTitle } from '@/shared/hooks/title'
import { needCatalog, useLocale, useT } from '@/shared/i18n/store'
import { askSignIn } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { Empty, Failure } from '@/shared/ui/empty'
import { ListSkeleton } from '@/shared/ui/skeleton'

// Here, not in the router: what every page loads has no room for it.
await needCatalog('inbox')

const ICONS: Record<Told['category'], LucideIcon> = { orders: Package, claims: Clock3, shows: Radio, bag: ShoppingBag, account: ShieldAlert }

function ToldCard({ told, onOpen }: { told: Told; onOpen: () => void }) {
  const t = useT()
  const locale = useLocale()
  const market = useSession((session) => session.user?.market)
  const Icon = ICONS[told.category]
  const isNew = told.read_at === null
  return (
    <Link
      to={told.link ?? '/notifications'}
      onClick={onOpen}
      className={cx('flex gap-3.5 rounded-card border bg-surface p-4 transition-colors hover:border-muted/50', isNew ? 'border-amber/60' : 'border-line')}
    >
      <span aria-hidden className={cx('grid size-10 shrink-0 place-items-center rounded-full', isNew ? 'bg-lantern/15 text-ember' : 'bg-raised text-muted')}>
        <Icon className="size-5" />
      </span>
      <span className="min-w-0 grow">
        <span className={cx('block break-words', isNew ? 'font-bold' : 'font-medium')}>{told.title}</span>
        <span className="mt-0.5 block text-sm break-words text-muted">{told.body}</span>
        <span className="mt-1.5 flex items-center gap-2 text-xs text-muted">
          <time dateTime={told.created_at}>{formatDate(told.created_at, locale, 'short', market ?? null)}</time>
          {isNew ? <span className="font-semibold text-ember">{t('inbox.new')}</span> : null}
        </span>
      </span>
    </Link>
  )
}

function List() {
  const t = useT()
  const client = useQueryClient()
  const list = useInfiniteQuery(inboxQuery(useLocale()))
  const read = useMutation({
    mutationFn: (body: { ids?: string[]; up_to?: string }) => post('/me/notifications/read', body),
    onSettled: () => client.invalidateQueries({ queryKey: inboxKeys.all }),
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const newest = items[0]
  const unread = items.some((told) => told.read_at === null)
  if (list.isPending) return <ListSkeleton className="h-24" />
  if (list.isError) return <Failure error={list.error} onRetry={() => void list.refetch()} />
  if (!newest) return <Empty icon={<BellRing aria-hidden />} title={t('inbox.empty')} text={t('inbox.empty-text')} />
  return (
    <>
      {unread ? (
        <Button look="secondary" size="small" className="min-h-11 justify-self-start" busy={read.isPending} onClick={() => read.mutate({ up_to: newest.id })}>
          {t('inbox.read-all')}
        </Button>
      ) : null}
      <ul className="grid gap-3">
        {items.map((told) => (
          <li key={told.id}>
            <ToldCard told={told} onOpen={() => told.read_at === null && read.mutate({ ids: [told.id] })} />
          </li>
        ))}
      </ul>
      {list.hasNextPage ? (
        <Button look="secondary" className="mx-auto" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('action.more')}
        </Button>
      ) : null}
    </>
  )
}

export default function InboxPage() {
  const t = useT()
  useTitle(t('inbox.title'))
  const status = useSession((session) => session.status)
  if (status === 'guest') {
    return <Empty page icon={<LockKeyhole aria-hidden />} title={t('inbox.title')} text={t('inbox.empty-text')} action={<Button onClick={() => askSignIn()}>{t('nav.login')}</Button>} />
  }
  return (
    <div className="page-width grid max-w-3xl gap-4 py-5">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h1 className="text-2xl">{t('inbox.title')}</h1>
        <Link to="/account#told" className="inline-flex min-h-11 items-center text-sm font-semibold text-sky">
          {t('inbox.settings')}
        </Link>
      </div>
      {status === 'user' ? <List /> : <ListSkeleton className="h-24" />}
    </div>
  )
}
