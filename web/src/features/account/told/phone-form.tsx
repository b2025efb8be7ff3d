import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { post } from '@/api/client'
import type { ToldChoices } from '@/api/types'
import { inboxKeys } from '@/shared/data/inbox'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { notify } from '@/shared/ui/notice'
import { Way } from './way'

/** A phone is proven by the code that arrives on it. */
export function PhoneForm() {
  const t = useT()
  const text = useProblemText()
  const client = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const [phone, setPhone] = useState('')
  const [code, setCode] = useState('')
  const ask = useMutation({ mutationFn: () => post<{ phone: string }>('/me/contacts/phone', { phone }) })
  const prove = useMutation({
    mutationFn: () => post<ToldChoices>('/me/contacts/phone/confirm', { code }),
    onSuccess: (choices) => {
      client.setQueryData(inboxKeys.choices, choices)
      notify(t('told.proven'), 'done')
    },
  })
  if (!isOpen) {
    return (
      <Way name={t('told.sms')} text={t('told.no-phone')}>
        <Button look="secondary" size="small" className="min-h-11" onClick={() => setOpen(true)}>
          {t('told.add-phone')}
        </Button>
      </Way>
    )
  }
  const sent = ask.data?.phone
  return (
    <Way name={t('told.sms')} text={sent ? t('told.code-sent', { phone: sent }) : ''}>
      <form
        className="flex w-full flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (sent) prove.mutate()
          else ask.mutate()
        }}
      >
        <div className="min-w-44 grow">
          {sent ? (
            <Field
              label={t('told.code')}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              required
              autoFocus
              value={code}
              onChange={(event) => setCode(event.target.value)}
              error={prove.isError ? text(prove.error) : undefined}
            />
          ) : (
            <Field label={t('told.phone')} type="tel" autoComplete="tel" required value={phone} onChange={(event) => setPhone(event.target.value)} error={ask.isError ? text(ask.error) : undefined} />
          )}
        </div>
        <Button type="submit" busy={ask.isPending || prove.isPending}>
          {t(sent ? 'told.confirm' : 'told.send-code')}
        </Button>
      </form>
    </Way>
  )
}
