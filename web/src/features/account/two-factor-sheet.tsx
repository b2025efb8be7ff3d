import { useMutation } from '@tanstack/react-query'
import { useEffect, useState, type FormEvent } from 'react'
import { post, remove } from '@/api/client'
import type { Enrolment } from '@/api/types'
import { queryClient } from '@/shared/data/client'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { withStepUp } from '@/shared/account/step-up'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { Sheet } from '@/shared/ui/sheet'
import { securityKey } from './queries'

interface Codes {
  recovery_codes: string[]
}
const refresh = () => queryClient.invalidateQueries({ queryKey: securityKey })

function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const t = useT()
  return (
    <div className="grid gap-4">
      <Notice kind="done">{t('account.recovery-text')}</Notice>
      <ul className="grid grid-cols-1 gap-x-6 gap-y-1.5 rounded-xl bg-raised p-4 font-mono text-sm min-[420px]:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Button look="secondary" onClick={() => void navigator.clipboard.writeText(codes.join('\n'))}>
        {t('account.copy')}
      </Button>
      <Button onClick={onClose}>{t('account.recovery-kept')}</Button>
    </div>
  )
}

function SetUp({ onClose }: { onClose: () => void }) {
  const t = useT()
  const text = useProblemText()
  const begin = useMutation({ mutationFn: () => withStepUp(() => post<Enrolment>('/me/totp')), onError: () => undefined })
  const confirm = useMutation({ mutationFn: (code: string) => withStepUp(() => post<Codes>('/me/totp/confirm', { code })), onSuccess: refresh })
  const start = begin.mutate
  useEffect(() => start(), [start])
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    confirm.mutate(String(new FormData(event.currentTarget).get('code')))
  }
  if (confirm.data) return <RecoveryCodes codes={confirm.data.recovery_codes} onClose={onClose} />
  return (
    <form onSubmit={submit} className="grid gap-4">
      <p className="text-muted">{t('account.totp-scan')}</p>
      {begin.isError ? <Notice kind="failed">{text(begin.error)}</Notice> : null}
      {begin.data ? (
        <>
          <img src={begin.data.qr} alt={t('account.totp-qr')} className="mx-auto size-52 rounded-xl bg-white p-1" />
          <p className="text-center font-mono text-sm break-all">{begin.data.secret.replace(/(.{4})/g, '$1 ')}</p>
          <Field label={t('auth.two-factor')} name="code" inputMode="numeric" autoComplete="one-time-code" required />
          {confirm.isError ? <Notice kind="failed">{text(confirm.error)}</Notice> : null}
          <Button type="submit" size="large" wide busy={confirm.isPending}>
            {t('account.totp-switch-on')}
          </Button>
        </>
      ) : null}
    </form>
  )
}

function SwitchedOn({ onClose }: { onClose: () => void }) {
  const t = useT()
  const text = useProblemText()
  const renew = useMutation({ mutationFn: () => withStepUp(() => post<Codes>('/me/recovery-codes')), onSuccess: refresh })
  const end = useMutation({
    mutationFn: () => withStepUp(() => remove('/me/totp')),
    onSuccess: async () => {
      await refresh()
      onClose()
    },
  })
  if (renew.data) return <RecoveryCodes codes={renew.data.recovery_codes} onClose={onClose} />
  const error = renew.error ?? end.error
  return (
    <div className="grid gap-3">
      <p className="text-muted">{t('account.totp-text')}</p>
      {error ? <Notice kind="failed">{text(error)}</Notice> : null}
      <Button look="secondary" busy={renew.isPending} onClick={() => renew.mutate()}>
        {t('account.recovery-new')}
      </Button>
      <Button look="danger" busy={end.isPending} onClick={() => end.mutate()}>
        {t('account.totp-switch-off')}
      </Button>
    </div>
  )
}

export function TwoFactorSheet({ on, onClose }: { on: boolean; onClose: () => void }) {
  const t = useT()
  const [wasOn] = useState(on) // the codes stay in view when it has just been switched on
  return (
    <Sheet title={t('account.totp')} onClose={onClose}>
      {wasOn ? <SwitchedOn onClose={onClose} /> : <SetUp onClose={onClose} />}
    </Sheet>
  )
}
