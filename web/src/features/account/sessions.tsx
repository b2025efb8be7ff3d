import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { LogOut, MonitorSmartphone } from 'lucide-react'
import { post, remove } from '@/api/client'
import type { DeviceSession } from '@/api/types'
import { keys } from '@/shared/data/keys'
import { sessionsQuery } from '@/shared/data/queries'
import { formatDate } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useLocale, useT } from '@/shared/i18n/store'
import { endSession, useUser } from '@/shared/session/session'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { Failure } from '@/shared/ui/empty'
import { notify } from '@/shared/ui/notice'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { Card } from './card'
import { deviceName } from './device-name'

function SessionRow({ session }: { session: DeviceSession }) {
  const t = useT()
  const locale = useLocale()
  const user = useUser()
  const text = useProblemText()
  const client = useQueryClient()
  const end = useMutation({
    mutationFn: () => remove(`/me/sessions/${session.id}`),
    onError: (error) => notify(text(error), 'failed'),
    onSettled: () => client.invalidateQueries({ queryKey: keys.sessions }),
  })
  return (
    <li className="flex flex-wrap items-center gap-3 py-3 first:pt-0">
      <MonitorSmartphone aria-hidden className="size-5 text-muted" />
      <div className="min-w-0 grow">
        <p className="font-medium">{deviceName(session.user_agent)}</p>
        <p className="text-sm text-muted">{t('account.last-used', { when: formatDate(session.last_used_at, locale, 'short', user?.market) })}</p>
      </div>
      {session.current ? (
        <Badge tone="leaf">{t('account.this-device')}</Badge>
      ) : (
        <Button size="small" look="secondary" busy={end.isPending} onClick={() => end.mutate()}>
          {t('account.end-session')}
        </Button>
      )}
    </li>
  )
}

export function Sessions() {
  const t = useT()
  const list = useQuery(sessionsQuery)
  const leave = useMutation({ mutationFn: (path: string) => post(path), onSettled: endSession })
  return (
    <Card title={t('account.sessions')}>
      {list.isPending ? <ListSkeleton rows={1} className="h-14" /> : null}
      {list.isError ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : null}
      <ul className="divide-y divide-line">
        {list.data?.items.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
      <div className="mt-3 flex flex-wrap gap-3">
        <Button look="danger" icon={<LogOut aria-hidden className="size-4.5" />} busy={leave.isPending} onClick={() => leave.mutate('/auth/logout')}>
          {t('account.logout')}
        </Button>
        <Button look="quiet" disabled={leave.isPending} onClick={() => leave.mutate('/auth/logout-all')}>
          {t('account.logout-all')}
        </Button>
      </div>
    </Card>
  )
}
