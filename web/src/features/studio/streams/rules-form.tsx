import { useState, type FormEvent } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Field, SelectField } from '@/shared/ui/field'
import { Notice, notify } from '@/shared/ui/notice'
import { useShowRules } from '../api/streams'
import type { ShopStream } from '../api/types'
import { Card } from '../parts/card'
import { minutesText, secondsOf, wholeOf } from '../parts/span'
import { useShop } from '../shop-context'

const HOLD = [30, 604_800] as const
const WHO = ['everyone', 'followers', 'members'] as const

/** Who may claim in this show, how much, and for how long it is held: may change while the show is on. What is held already stays. */
export function RulesForm({ show }: { show: ShopStream }) {
  const t = useT()
  const problem = useProblemText()
  const shop = useShop()
  const save = useShowRules(show.id)
  const [who, setWho] = useState(show.claims_for)
  const [hold, setHold] = useState(minutesText(show.hold_seconds))
  const [limit, setLimit] = useState(show.limit_per_buyer_show?.toString() ?? '')
  const seconds = secondsOf(hold, ...HOLD)
  const most = wholeOf(limit, 1, 1000)
  const usual = minutesText(shop.selling.hold_seconds)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (seconds === undefined || most === undefined) return
    save.mutate({ claims_for: who, hold_seconds: seconds, limit_per_buyer_show: most }, { onSuccess: () => notify(t('account.saved'), 'done') })
  }
  return (
    <form onSubmit={submit}>
      <Card title={t('studio.claim-rules')}>
        <div className="grid gap-4">
          <SelectField label={t('studio.claims-for')} value={who} onChange={(event) => setWho(event.target.value as (typeof WHO)[number])}>
            {WHO.map((id) => (
              <option key={id} value={id}>
                {t(`studio.claims-for.${id}`)}
              </option>
            ))}
          </SelectField>
          <Field label={t('studio.hold')} hint={t('studio.hold-hint')} placeholder={usual || t('studio.as-usual')} inputMode="decimal" autoComplete="off" className="tabular" value={hold} error={seconds === undefined ? t('field.invalid') : undefined} onChange={(event) => setHold(event.target.value)} />
          <Field label={t('studio.limit-show')} placeholder={t('studio.no-limit')} inputMode="numeric" autoComplete="off" className="tabular" value={limit} error={most === undefined ? t('field.invalid') : undefined} onChange={(event) => setLimit(event.target.value)} />
          {save.isError ? <Notice kind="failed">{problem(save.error)}</Notice> : null}
          <Button type="submit" look="secondary" busy={save.isPending} disabled={seconds === undefined || most === undefined}>
            {t('action.save')}
          </Button>
        </div>
      </Card>
    </form>
  )
}
