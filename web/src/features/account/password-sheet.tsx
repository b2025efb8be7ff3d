import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { post } from '@/api/client'
import { keys } from '@/shared/data/keys'
import { queryClient } from '@/shared/data/client'
import { fieldText, useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { notify, Notice } from '@/shared/ui/notice'
import { PasswordField } from '@/shared/ui/password-field'
import { Sheet } from '@/shared/ui/sheet'

export function PasswordSheet({ onClose }: { onClose: () => void }) {
  const t = useT()
  const text = useProblemText()
  const change = useMutation({
    mutationFn: (form: FormData) => post('/me/password', { current_password: form.get('current_password'), password: form.get('password') }),
    onSuccess: () => {
      notify(t('account.password-changed'), 'done')
      void queryClient.invalidateQueries({ queryKey: keys.sessions })
      onClose()
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    change.mutate(new FormData(event.currentTarget))
  }
  return (
    <Sheet title={t('account.change-password')} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <PasswordField name="current_password" label={t('account.current-password')} autoComplete="current-password" />
        <PasswordField label={t('account.new-password')} autoComplete="new-password" minLength={12} hint={t('auth.password-hint')} error={fieldText(t, change.error, 'password')} />
        <p className="text-sm text-muted">{t('account.password-ends-others')}</p>
        {change.isError ? <Notice kind="failed">{text(change.error)}</Notice> : null}
        <Button type="submit" size="large" wide busy={change.isPending}>
          {t('action.save')}
        </Button>
      </form>
    </Sheet>
  )
}
