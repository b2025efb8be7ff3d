import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { useNavigate } from 'react-router'
import { post } from '@/api/client'
import type { SessionGrant, User } from '@/api/types'
import { fieldText, useProblemText } from '@/shared/hooks/problem-text'
import { useTitle } from '@/shared/hooks/title'
import { useT } from '@/shared/i18n/store'
import { askSignIn } from '@/shared/session/overlays'
import { beginSession, updateUser, useSession } from '@/shared/session/session'
import { Button, ButtonLink } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { PasswordField } from '@/shared/ui/password-field'
import { Card } from './card'

/** Read once and taken out of the address: it must not stay in the history. */
function takeToken(): string {
  const token = location.hash.slice(1)
  if (token) history.replaceState(history.state, '', location.pathname + location.search)
  return token
}

function PasswordForm({ token, purpose }: { token: string; purpose: 'reset' | 'sign-up' }) {
  const t = useT()
  const text = useProblemText()
  const go = useNavigate()
  const fresh = purpose === 'reset'
  const send = useMutation({
    mutationFn: (password: string) => post<SessionGrant | undefined>(fresh ? '/auth/password/reset' : '/auth/email/verify', { token, password }),
    onSuccess: (grant) => {
      if (!grant) return
      beginSession(grant)
      void go('/')
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    send.mutate(String(new FormData(event.currentTarget).get('password')))
  }
  if (send.isSuccess)
    return (
      <div className="grid gap-4">
        <Notice kind="done">{t('account.reset-done')}</Notice>
        <Button onClick={() => askSignIn(() => void go('/'))}>{t('nav.login')}</Button>
      </div>
    )
  return (
    <form onSubmit={submit} className="grid gap-4">
      <p className="text-muted">{t(fresh ? 'account.reset-text' : 'account.sign-up-text')}</p>
      {fresh ? (
        <PasswordField label={t('account.new-password')} autoComplete="new-password" minLength={12} hint={t('auth.password-hint')} error={fieldText(t, send.error, 'password')} />
      ) : (
        <PasswordField autoComplete="current-password" />
      )}
      {send.isError ? <Notice kind="failed">{text(send.error)}</Notice> : null}
      <Button type="submit" size="large" busy={send.isPending}>
        {t('auth.confirm')}
      </Button>
    </form>
  )
}

/** A link confirms an address only for whoever is logged in as its owner. */
function VerifyForm({ token }: { token: string }) {
  const t = useT()
  const text = useProblemText()
  const status = useSession((session) => session.status)
  const verify = useMutation({ mutationFn: () => post<User>('/auth/email/verify', { token }), onSuccess: updateUser })
  if (verify.isSuccess)
    return (
      <div className="grid gap-4">
        <Notice kind="done">{t('account.verify-done')}</Notice>
        <ButtonLink to="/account">{t('account.title')}</ButtonLink>
      </div>
    )
  return (
    <div className="grid gap-4">
      <p className="text-muted">{t('account.verify-text')}</p>
      {verify.isError ? <Notice kind="failed">{text(verify.error)}</Notice> : null}
      <Button size="large" busy={verify.isPending || status === 'starting'} onClick={() => (status === 'user' ? verify.mutate() : askSignIn(() => verify.mutate()))}>
        {t(status === 'guest' ? 'account.verify-login' : 'auth.confirm')}
      </Button>
    </div>
  )
}

export default function LinkPage({ purpose }: { purpose: string }) {
  const t = useT()
  const [token] = useState(takeToken)
  const title = t(purpose === 'reset' ? 'account.reset' : purpose === 'sign-up' ? 'account.sign-up' : 'account.verify')
  useTitle(title)
  return (
    <div className="page-width grid max-w-md gap-4 py-8">
      <h1 className="text-2xl">{title}</h1>
      <Card>
        {!token ? <Notice kind="failed">{t('problem.link-invalid')}</Notice> : purpose === 'reset' || purpose === 'sign-up' ? <PasswordForm token={token} purpose={purpose} /> : <VerifyForm token={token} />}
      </Card>
    </div>
  )
}
