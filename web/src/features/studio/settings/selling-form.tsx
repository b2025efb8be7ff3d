import { useState, type FormEvent } from 'react'
import { parseMoney } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { Notice, notify } from '@/shared/ui/notice'
import { useChangeShop } from '../api/shops'
import type { Selling } from '../api/types'
import { Card } from '../parts/card'
import { amountText, MoneyField } from '../parts/money-field'
import { minutesText, secondsOf, wholeOf } from '../parts/span'
import { useShop } from '../shop-context'

const HOLD = [10, 604_800] as const

/** What was typed, as the server takes it; null when a field cannot be meant. */
function sellingOf(typed: Record<keyof Selling, string>, currency: Selling['shipping_fee']['currency']): Selling | null {
  const fee = parseMoney(typed.shipping_fee || '0', currency)
  const free = typed.free_shipping_from.trim() === '' ? null : (parseMoney(typed.free_shipping_from, currency) ?? undefined)
  const hold = secondsOf(typed.hold_seconds, ...HOLD)
  const member = secondsOf(typed.member_hold_seconds, ...HOLD)
  const box = wholeOf(typed.box_days, 1, 60)
  const catchUp = wholeOf(typed.catch_up_minutes, 1, 1440)
  if (!fee || free === undefined || hold === undefined || member === undefined || box === undefined || catchUp === undefined) return null
  return { hold_seconds: hold, member_hold_seconds: member, box_days: box, shipping_fee: fee, free_shipping_from: free, catch_up_minutes: catchUp }
}

/** How long things are held, what delivery costs, and whether buyers may gather their goods in a box. */
export function SellingForm() {
  const t = useT()
  const problem = useProblemText()
  const shop = useShop()
  const change = useChangeShop(shop.id)
  const { selling } = shop
  const [typed, setTyped] = useState<Record<keyof Selling, string>>({
    hold_seconds: minutesText(selling.hold_seconds),
    member_hold_seconds: minutesText(selling.member_hold_seconds),
    box_days: selling.box_days?.toString() ?? '',
    shipping_fee: amountText(selling.shipping_fee),
    free_shipping_from: amountText(selling.free_shipping_from),
    catch_up_minutes: selling.catch_up_minutes?.toString() ?? '',
  })
  const wanted = sellingOf(typed, shop.currency)
  const put = (name: keyof Selling) => (text: string) => setTyped((old) => ({ ...old, [name]: text }))
  const number = (name: keyof Selling, label: string, hint: string, placeholder: string, wrong: boolean) => (
    <Field label={label} hint={hint} placeholder={placeholder} value={typed[name]} inputMode="decimal" autoComplete="off" className="tabular" error={wrong ? t('field.invalid') : undefined} onChange={(event) => put(name)(event.target.value)} />
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wanted) change.mutate({ selling: wanted }, { onSuccess: () => notify(t('account.saved'), 'done') })
  }
  return (
    <form onSubmit={submit}>
      <Card title={t('studio.selling')}>
        <div className="grid gap-5">
          <section className="grid items-start gap-4 sm:grid-cols-2">
            <h3 className="text-base text-gold sm:col-span-2">{t('studio.selling-claims')}</h3>
            {number('hold_seconds', t('studio.hold'), t('studio.hold-hint'), t('studio.as-usual'), secondsOf(typed.hold_seconds, ...HOLD) === undefined)}
            {number('member_hold_seconds', t('studio.hold-members'), t('studio.hold-members-hint'), t('studio.as-others'), secondsOf(typed.member_hold_seconds, ...HOLD) === undefined)}
            {number('catch_up_minutes', t('studio.catch-up'), t('studio.catch-up-hint'), t('studio.off'), wholeOf(typed.catch_up_minutes, 1, 1440) === undefined)}
          </section>
          <section className="grid items-start gap-4 sm:grid-cols-2">
            <h3 className="text-base text-gold sm:col-span-2">{t('checkout.shipping')}</h3>
            <MoneyField label={t('studio.shipping-fee')} currency={shop.currency} value={typed.shipping_fee} placeholder="0" error={parseMoney(typed.shipping_fee || '0', shop.currency) ? undefined : t('studio.price-wrong')} onChange={put('shipping_fee')} />
            <MoneyField label={t('studio.free-from')} currency={shop.currency} value={typed.free_shipping_from} placeholder={t('studio.never-free')} hint={t('studio.free-from-hint')} error={typed.free_shipping_from.trim() && !parseMoney(typed.free_shipping_from, shop.currency) ? t('studio.price-wrong') : undefined} onChange={put('free_shipping_from')} />
            {number('box_days', t('studio.box-days'), t('studio.box-days-hint'), t('studio.off'), wholeOf(typed.box_days, 1, 60) === undefined)}
          </section>
          {change.isError ? <Notice kind="failed">{problem(change.error)}</Notice> : null}
          <Button type="submit" className="justify-self-start" busy={change.isPending} disabled={!wanted}>
            {t('action.save')}
          </Button>
        </div>
      </Card>
    </form>
  )
}
