import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { post } from '@/api/client'
import type { ConfirmationNeeded, Market, SessionGrant } from '@/api/types'
import { fieldText, useProblemText } from '@/shared/hooks/problem-text'
import { useLocale, useT } from '@/shared/i18n/store'
import { beginSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { ChoiceList, Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { PasswordField } from '@/shared/ui/password-field'

export function RegisterForm({ onDone }: { onDone: () => void }) {
  const t = useT()
  const text = useProblemText()
  const locale = useLocale()
  const [market, setMarket] = useState<Market>(locale === 'th' ? 'TH' : 'TW')
  const register = useMutation({
    mutationFn: (form: FormData) =>
      post<SessionGrant | ConfirmationNeeded>('/auth/register', {
        email: form.get('email'),
        password: form.get('password'),
        display_name: form.get('display_name'),
        locale,
        market,
      }),
    onSuccess: (grant) => {
      if ('email_confirmation_required' in grant) return
      beginSession(grant)
      onDone()
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    register.mutate(new FormData(event.currentTarget))
  }
  if (register.data && 'email_confirmation_required' in register.data) return <Notice kind="done">{t('auth.confirm-mailed')}</Notice>
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field label={t('auth.name')} name="display_name" autoComplete="nickname" maxLength={40} required error={fieldText(t, register.error, 'display_name')} />
      <Field label={t('auth.email')} name="email" type="email" autoComplete="username" required error={fieldText(t, register.error, 'email')} />
      <PasswordField autoComplete="new-password" minLength={12} hint={t('auth.password-hint')} error={fieldText(t, register.error, 'password')} />
      <ChoiceList
        legend={t('auth.market')}
        name="market"
        value={market}
        onChange={(value) => setMarket(value as Market)}
        choices={[
          { value: 'TW', title: t('market.TW'), aside: <span className="text-muted">NT$</span> },
          { value: 'TH', title: t('market.TH'), aside: <span className="text-muted">฿</span> },
        ]}
      />
      {register.isError ? <Notice kind="failed">{text(register.error)}</Notice> : null}
      <Button type="submit" size="large" wide busy={register.isPending}>
        {t('auth.register')}
      </Button>
    </form>
  )
}
