import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { patch } from '@/api/client'
import type { Market, User } from '@/api/types'
import { fieldText, useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { updateUser } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Field, SelectField } from '@/shared/ui/field'
import { notify, Notice } from '@/shared/ui/notice'
import { Card } from './card'

export function Profile({ user }: { user: User }) {
  const t = useT()
  const text = useProblemText()
  const [name, setName] = useState(user.display_name)
  const [market, setMarket] = useState<Market>(user.market)
  const save = useMutation({
    mutationFn: () => patch<User>('/me', { display_name: name.trim(), market }),
    onSuccess: (saved) => {
      updateUser(saved)
      notify(t('account.saved'), 'done')
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const changed = name.trim() !== user.display_name || market !== user.market
  return (
    <Card title={t('account.profile')} aside={<span className="min-w-0 truncate text-sm text-muted">{user.email}</span>}>
      <form onSubmit={submit} className="grid gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('auth.name')} value={name} required maxLength={60} autoComplete="nickname" onChange={(event) => setName(event.target.value)} error={fieldText(t, save.error, 'display_name')} />
          <SelectField label={t('auth.market')} value={market} onChange={(event) => setMarket(event.target.value as Market)}>
            <option value="TW">{t('market.TW')}</option>
            <option value="TH">{t('market.TH')}</option>
          </SelectField>
        </div>
        {save.isError ? <Notice kind="failed">{text(save.error)}</Notice> : null}
        {changed ? (
          <Button type="submit" busy={save.isPending} className="justify-self-start">
            {t('action.save')}
          </Button>
        ) : null}
      </form>
    </Card>
  )
}
