import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { post } from '@/api/client'
import type { SessionGrant, TwoFactorNeeded } from '@/api/types'
import { fieldText, useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { beginSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { PasswordField } from '@/shared/ui/password-field'

export function LoginForm({ onDone }: { onDone: () => void }) {
  const t = useT()
  const text = useProblemText()
  const [challenge, setChallenge] = useState<string | null>(null)
  const take = (answer: SessionGrant | TwoFactorNeeded) => {
    if ('two_factor_required' in answer) {
      setChallenge(answer.challenge)
      return
    }
    beginSession(answer)
    onDone()
  }
  const login = useMutation({
    mutationFn: (form: FormData) =>
      challenge
        ? post<SessionGrant>('/auth/two-factor', { challenge, code: form.get('code') })
        : post<SessionGrant | TwoFactorNeeded>('/auth/login', { email: form.get('email'), password: form.get('password') }),
    onSuccess: take,
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    login.mutate(new FormData(event.currentTarget))
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      {challenge ? (
        <Field label={t('auth.two-factor')} name="code" inputMode="numeric" autoComplete="one-time-code" required autoFocus />
      ) : (
        <>
          <Field label={t('auth.email')} name="email" type="email" autoComplete="username" required error={fieldText(t, login.error, 'email')} />
          <PasswordField autoComplete="current-password" error={fieldText(t, login.error, 'password')} />
        </>
      )}
      {login.isError ? <Notice kind="failed">{text(login.error)}</Notice> : null}
      <Button type="submit" size="large" wide busy={login.isPending}>
        {t(challenge ? 'auth.confirm' : 'auth.login')}
      </Button>
    </form>
  )
}
