import { useMutation, useQueryClient } from '@tanstack/react-query'
import { remove } from '@/api/client'
import type { ToldChannel } from '@/api/types'
import { inboxKeys } from '@/shared/data/inbox'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { notify } from '@/shared/ui/notice'
import { LineLink } from './line-link'
import { PhoneForm } from './phone-form'
import { PushSwitch } from './push-switch'
import { Way } from './way'

function Known({ channel, address }: { channel: 'sms' | 'line'; address: string }) {
  const t = useT()
  const text = useProblemText()
  const client = useQueryClient()
  const forget = useMutation({
    mutationFn: () => remove(`/me/contacts/${channel === 'sms' ? 'phone' : channel}`),
    onError: (error) => notify(text(error), 'failed'),
    onSettled: () => client.invalidateQueries({ queryKey: inboxKeys.choices }),
  })
  return (
    <Way name={t(`told.${channel}`)} text={address}>
      <Button look="secondary" size="small" className="min-h-11" busy={forget.isPending} onClick={() => forget.mutate()}>
        {t('told.forget')}
      </Button>
    </Way>
  )
}

/** The addresses this person has, and how to get more of them. */
export function Ways({ channels }: { channels: ToldChannel[] }) {
  const t = useT()
  const of = (name: ToldChannel['channel']) => channels.find((one) => one.channel === name && one.available)
  const email = of('email')
  const sms = of('sms')
  const line = of('line')
  return (
    <section aria-labelledby="told-ways" className="mt-3 border-t border-line pt-4">
      <h3 id="told-ways" className="font-semibold">
        {t('told.ways')}
      </h3>
      <ul className="divide-y divide-line">
        {email?.addresses[0] ? <Way name={t('told.email')} text={email.addresses[0]} /> : null}
        {sms ? sms.addresses[0] ? <Known channel="sms" address={sms.addresses[0]} /> : <PhoneForm /> : null}
        {line ? line.addresses[0] ? <Known channel="line" address={line.addresses[0]} /> : <LineLink /> : null}
        {of('push') ? <PushSwitch /> : null}
      </ul>
    </section>
  )
}
