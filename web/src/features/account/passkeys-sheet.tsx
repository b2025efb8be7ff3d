import { useMutation, useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { post, remove } from '@/api/client'
import type { Passkey } from '@/api/types'
import { queryClient } from '@/shared/data/client'
import { formatDate } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useLocale, useT } from '@/shared/i18n/store'
import { hasPasskeys, makePasskey, wasDismissed } from '@/shared/account/passkeys'
import { withStepUp } from '@/shared/account/step-up'
import { Button } from '@/shared/ui/button'
import { Failure } from '@/shared/ui/empty'
import { Notice } from '@/shared/ui/notice'
import { Sheet } from '@/shared/ui/sheet'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { deviceName } from './device-name'
import { passkeysKey, passkeysQuery, securityKey } from './queries'

const refresh = () => Promise.all([queryClient.invalidateQueries({ queryKey: passkeysKey }), queryClient.invalidateQueries({ queryKey: securityKey })])

function PasskeyRow({ passkey }: { passkey: Passkey }) {
  const t = useT()
  const text = useProblemText()
  const locale = useLocale()
  const end = useMutation({ mutationFn: () => withStepUp(() => remove(`/me/passkeys/${passkey.id}`)), onSuccess: refresh })
  return (
    <li className="grid gap-2 py-3 first:pt-0">
      <div className="flex items-center gap-3">
        <KeyRound aria-hidden className="size-5 text-muted" />
        <div className="min-w-0 grow">
          <p className="truncate font-medium">{passkey.name}</p>
          <p className="text-sm text-muted">{t('account.last-used', { when: formatDate(passkey.last_used_at ?? passkey.created_at, locale, 'short') })}</p>
        </div>
        <Button size="small" look="secondary" busy={end.isPending} onClick={() => end.mutate()}>
          {t('account.remove')}
        </Button>
      </div>
      {end.isError ? <Notice kind="failed">{text(end.error)}</Notice> : null}
    </li>
  )
}

export function PasskeysSheet({ onClose }: { onClose: () => void }) {
  const t = useT()
  const text = useProblemText()
  const list = useQuery(passkeysQuery)
  const add = useMutation({
    mutationFn: () => withStepUp(async () => post('/me/passkeys', { ...(await makePasskey()), name: deviceName(navigator.userAgent) })),
    onSuccess: refresh,
  })
  return (
    <Sheet title={t('account.passkeys')} onClose={onClose}>
      <div className="grid gap-4">
        <p className="text-muted">{t('account.passkeys-text')}</p>
        {list.isPending ? <ListSkeleton rows={1} className="h-14" /> : null}
        {list.isError ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : null}
        <ul className="divide-y divide-line">
          {list.data?.items.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} />
          ))}
        </ul>
        {add.isError && !wasDismissed(add.error) ? <Notice kind="failed">{text(add.error)}</Notice> : null}
        {hasPasskeys() ? (
          <Button icon={<Plus aria-hidden className="size-5" />} busy={add.isPending} onClick={() => add.mutate()}>
            {t('account.passkey-add')}
          </Button>
        ) : (
          <Notice>{t('account.passkeys-none-here')}</Notice>
        )}
      </div>
    </Sheet>
  )
}
