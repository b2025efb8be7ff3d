import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { post } from '@/api/client'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { Sheet } from '@/shared/ui/sheet'
import { askPasskey, hasPasskeys, wasDismissed } from './passkeys'
import type { Method } from './step-up'

export default function StepUpSheet({ methods, settle }: { methods: Method[]; settle: (proved: boolean) => void }) {
  const t = useT()
  const text = useProblemText()
  const typed = methods.includes('code') ? 'code' : 'password'
  const prove = useMutation({
    mutationFn: async (secret: string | null) => post('/me/step-up', secret === null ? await askPasskey() : { [typed]: secret }),
    onSuccess: () => settle(true),
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    prove.mutate(String(new FormData(event.currentTarget).get('secret')))
  }
  return (
    <Sheet title={t('account.step-up')} onClose={() => settle(false)}>
      <p className="mb-5 text-muted">{t('account.step-up-text')}</p>
      <form onSubmit={submit} className="grid gap-4">
        {typed === 'code' ? (
          <Field label={t('auth.two-factor')} name="secret" inputMode="numeric" autoComplete="one-time-code" required autoFocus />
        ) : (
          <Field label={t('auth.password')} name="secret" type="password" autoComplete="current-password" required autoFocus />
        )}
        {prove.isError && !wasDismissed(prove.error) ? <Notice kind="failed">{text(prove.error)}</Notice> : null}
        <Button type="submit" size="large" wide busy={prove.isPending}>
          {t('auth.confirm')}
        </Button>
        {methods.includes('passkey') && hasPasskeys() ? (
          <Button look="secondary" wide disabled={prove.isPending} onClick={() => prove.mutate(null)}>
            {t('auth.use-passkey')}
          </Button>
        ) : null}
      </form>
    </Sheet>
  )
}
