import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { post } from '@/api/client'
import { fieldText, useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'

/** The answer is the same whether the address has an account or not. */
export function ForgotForm() {
  const t = useT()
  const text = useProblemText()
  const ask = useMutation({ mutationFn: (form: FormData) => post('/auth/password/forgot', { email: form.get('email') }) })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    ask.mutate(new FormData(event.currentTarget))
  }
  if (ask.isSuccess) return <Notice kind="done">{t('auth.forgot-mailed')}</Notice>
  return (
    <form onSubmit={submit} className="grid gap-4">
      <p className="text-muted">{t('auth.forgot-text')}</p>
      <Field label={t('auth.email')} name="email" type="email" autoComplete="username" required error={fieldText(t, ask.error, 'email')} />
      {ask.isError ? <Notice kind="failed">{text(ask.error)}</Notice> : null}
      <Button type="submit" size="large" wide busy={ask.isPending}>
        {t('auth.forgot-send')}
      </Button>
    </form>
  )
}
