import { useMutation } from '@tanstack/react-query'
import { post, remove } from '@/api/client'
import type { User } from '@/api/types'
import { withStepUp } from '@/shared/account/step-up'
import { formatDate } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useLocale, useT } from '@/shared/i18n/store'
import { endSession, updateUser } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { Card } from './card'

/** The way out, and for two weeks the way back. */
export function Leave({ user }: { user: User }) {
  const t = useT()
  const text = useProblemText()
  const locale = useLocale()
  const leave = useMutation({ mutationFn: () => withStepUp(() => remove('/me')), onSuccess: endSession })
  const keep = useMutation({ mutationFn: () => post('/me/keep'), onSuccess: () => updateUser({ ...user, erase_at: null }) })
  const error = leave.error ?? keep.error
  return (
    <Card title={t('account.leave')}>
      <div className="grid gap-4">
        {user.erase_at ? <Notice kind="failed">{t('account.leave-planned', { when: formatDate(user.erase_at, locale, 'short', user.market) })}</Notice> : <p className="text-sm text-muted">{t('account.leave-text')}</p>}
        {error ? <Notice kind="failed">{text(error)}</Notice> : null}
        {user.erase_at ? (
          <Button className="justify-self-start" busy={keep.isPending} onClick={() => keep.mutate()}>
            {t('account.keep')}
          </Button>
        ) : (
          <Button look="danger" className="justify-self-start" busy={leave.isPending} onClick={() => leave.mutate()}>
            {t('account.leave')}
          </Button>
        )}
      </div>
    </Card>
  )
}
