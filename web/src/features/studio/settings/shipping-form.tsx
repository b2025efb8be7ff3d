import { useState, type FormEvent } from 'react'
import { parseMoney } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Notice, notify } from '@/shared/ui/notice'
import { useChangeShop } from '../api/shops'
import { Card } from '../parts/card'
import { amountText, MoneyField } from '../parts/money-field'
import { useShop } from '../shop-context'

export function ShippingForm() {
  const t = useT()
  const problem = useProblemText()
  const shop = useShop()
  const change = useChangeShop(shop.id)
  const [feeText, setFee] = useState(amountText(shop.shipping.fee))
  const [freeText, setFree] = useState(amountText(shop.shipping.free_from))
  const fee = parseMoney(feeText, shop.currency)
  const free = freeText.trim() === '' ? null : parseMoney(freeText, shop.currency)
  const freeWrong = freeText.trim() !== '' && free === null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (fee && !freeWrong) change.mutate({ shipping: { fee, free_from: free } }, { onSuccess: () => notify(t('account.saved'), 'done') })
  }
  return (
    <form onSubmit={submit}>
      <Card title={t('checkout.shipping')}>
        <div className="grid gap-4">
          <div className="grid gap-4 sm:grid-cols-2">
            <MoneyField label={t('studio.shipping-fee')} currency={shop.currency} value={feeText} error={fee ? undefined : t('studio.price-wrong')} onChange={setFee} />
            <MoneyField label={t('studio.free-from')} currency={shop.currency} value={freeText} placeholder={t('studio.never-free')} error={freeWrong ? t('studio.price-wrong') : undefined} hint={t('studio.free-from-hint')} onChange={setFree} />
          </div>
          {change.isError ? <Notice kind="failed">{problem(change.error)}</Notice> : null}
          <Button type="submit" className="justify-self-start" busy={change.isPending} disabled={!fee || freeWrong}>
            {t('action.save')}
          </Button>
        </div>
      </Card>
    </form>
  )
}
