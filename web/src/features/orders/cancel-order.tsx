import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { newKey, post } from '@/api/client'
import type { Order } from '@/api/types'
import { keys } from '@/shared/data/keys'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { CancelLines } from '@/shared/orders/cancel-lines'
import { cancelBody, everything, type Taken } from '@/shared/orders/cancelling'
import { Button } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { Sheet } from '@/shared/ui/sheet'

export function CancelOrder({ order }: { order: Order }) {
  const t = useT()
  const text = useProblemText()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const [taken, setTaken] = useState<Taken>(() => everything(order.lines))
  const pieces = order.lines.reduce((sum, line) => sum + line.quantity, 0)
  const body = cancelBody(order.lines, taken)
  const partly = body?.lines !== undefined
  const cancel = useMutation({
    mutationFn: () => post<Order>(`/orders/${order.id}/cancel`, body ?? {}, newKey()),
    onSuccess: () => {
      setAsking(false)
      for (const queryKey of [keys.order(order.id), keys.orders, keys.cart, keys.claims]) void client.invalidateQueries({ queryKey })
    },
  })
  return (
    <>
      <Button
        look="quiet"
        wide
        onClick={() => {
          setTaken(everything(order.lines))
          setAsking(true)
        }}
      >
        {t('order.cancel')}
      </Button>
      {asking ? (
        <Sheet title={t('order.cancel-ask')} onClose={() => setAsking(false)}>
          <p className="mb-4 text-muted">{t('order.cancel-text')}</p>
          {pieces > 1 ? <CancelLines lines={order.lines} taken={taken} onChange={setTaken} /> : null}
          {cancel.isError ? <Notice kind="failed">{text(cancel.error)}</Notice> : null}
          <div className="mt-4 grid grid-cols-2 gap-3">
            <Button look="secondary" onClick={() => setAsking(false)}>
              {t('order.keep')}
            </Button>
            <Button look="danger" busy={cancel.isPending} disabled={!body} onClick={() => cancel.mutate()}>
              {t(partly ? 'order.cancel-part' : 'order.cancel')}
            </Button>
          </div>
        </Sheet>
      ) : null}
    </>
  )
}
