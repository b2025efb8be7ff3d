import { useRef, useState, type FormEvent } from 'react'
import { formatMoney, parseMoney } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { StepUpDoor } from '@/shared/account/step-up-door'
import { Button } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { Notice, notify } from '@/shared/ui/notice'
import { Sheet } from '@/shared/ui/sheet'
import { newRefund, useRefund, type Refund } from '../api/orders'
import type { ShopOrder } from '../api/types'
import { amountText, MoneyField } from '../parts/money-field'
import { SandboxBadge } from '../parts/state-badges'

/** Money back, all of it or a part. A repeat after a lost answer carries the same key, so it is paid once. */
export function RefundSheet({ order, onClose }: { order: ShopOrder; onClose: () => void }) {
  const t = useT()
  const problem = useProblemText()
  const left = { ...order.total, amount: order.total.amount - order.refunded.amount }
  const [text, setText] = useState(amountText(left))
  const [reason, setReason] = useState('')
  const [restock, setRestock] = useState(false)
  const refund = useRefund(order)
  const attempt = useRef<Refund | null>(null)
  const amount = parseMoney(text, left.currency)
  const fits = amount !== null && amount.amount > 0 && amount.amount <= left.amount
  const whole = fits && amount.amount === order.total.amount
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!fits || !reason.trim()) return
    const again = attempt.current
    const back = restock && whole
    const wish = again && again.amount.amount === amount.amount && again.reason === reason.trim() && again.restock === back ? again : newRefund(amount, reason.trim(), back)
    attempt.current = wish
    refund.mutate(wish, {
      onSuccess: () => {
        notify(t('studio.refund-requested'), 'done')
        onClose()
      },
    })
  }
  return (
    <Sheet title={t('studio.refund')} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <span>
          <SandboxBadge />
        </span>
        <MoneyField label={t('studio.refund-amount')} currency={left.currency} value={text} hint={t('studio.refund-left', { price: formatMoney(left) })} error={fits ? undefined : t('studio.price-wrong')} onChange={setText} />
        <Field label={t('studio.reason')} value={reason} maxLength={300} required onChange={(event) => setReason(event.target.value)} />
        {whole ? (
          <label className="flex min-h-12 cursor-pointer items-center gap-3">
            <input type="checkbox" checked={restock} onChange={(event) => setRestock(event.target.checked)} className="size-5 accent-lantern" />
            {t('studio.restock')}
          </label>
        ) : null}
        {refund.isError ? <Notice kind="failed">{problem(refund.error)}</Notice> : null}
        <Button type="submit" look="danger" size="large" busy={refund.isPending} disabled={!fits || !reason.trim()}>
          {amount && fits ? t('studio.refund-do', { price: formatMoney(amount) }) : t('studio.refund')}
        </Button>
      </form>
      <StepUpDoor />
    </Sheet>
  )
}
