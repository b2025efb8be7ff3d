import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { newKey, post } from '@/api/client'
import type { Order, PlacedOrder } from '@/api/types'
import { keys } from '@/shared/data/keys'
import { methodsQuery } from '@/shared/data/queries'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { followAction } from '@/shared/payment/follow-action'
import { methodName } from '@/shared/payment/method'
import { Button } from '@/shared/ui/button'
import { ChoiceList } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'

/** Another attempt for the same order, by the same or another method. */
export function PayAgain({ order }: { order: Order }) {
  const t = useT()
  const text = useProblemText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const shop = order.shop?.id ?? order.shop_id ?? ''
  const { data } = useQuery({ ...methodsQuery(shop), enabled: Boolean(shop) })
  const methods = data?.items ?? []
  const [method, setMethod] = useState(order.payments.at(-1)?.method ?? 'sandbox')
  const key = useRef(newKey())
  const pay = useMutation({
    mutationFn: () => post<PlacedOrder>(`/orders/${order.id}/payments`, { payment_method: method }, key.current),
    onSuccess: ({ order: next, payment }) => {
      key.current = newKey()
      client.setQueryData(keys.order(next.id), next)
      followAction(next.id, payment, navigate)
    },
  })
  return (
    <div className="grid gap-3 text-left">
      {methods.length > 1 ? (
        <ChoiceList legend={t('checkout.payment')} name="again" value={method} onChange={setMethod} choices={methods.map((row) => ({ value: row.method, title: methodName(t, row.method) }))} />
      ) : null}
      {pay.isError ? <Notice kind="failed">{text(pay.error)}</Notice> : null}
      <Button size="large" wide busy={pay.isPending} onClick={() => pay.mutate()}>
        {t('pay.again')}
      </Button>
    </div>
  )
}
