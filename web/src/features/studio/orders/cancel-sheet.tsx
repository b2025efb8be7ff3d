import { useRef, useState } from 'react'
import { newKey } from '@/api/client'
import { useT } from '@/shared/i18n/store'
import { CancelLines } from '@/shared/orders/cancel-lines'
import { cancelBody, everything, type Taken } from '@/shared/orders/cancelling'
import { Field } from '@/shared/ui/field'
import { notify } from '@/shared/ui/notice'
import { useCancelOrder } from '../api/orders'
import type { ShopOrder } from '../api/types'
import { ConfirmSheet } from '../parts/confirm-sheet'

/** Takes goods out of an order before it is packed; what was paid for them goes back. */
export function CancelSheet({ order, onClose }: { order: ShopOrder; onClose: () => void }) {
  const t = useT()
  const [taken, setTaken] = useState<Taken>(() => everything(order.lines))
  const [reason, setReason] = useState('')
  const attempt = useRef<{ body: string; key: string } | null>(null)
  const cancel = useCancelOrder(order.id)
  const body = cancelBody(order.lines, taken, reason.trim())
  const submit = () => {
    if (!body) return
    const text = JSON.stringify(body)
    if (attempt.current?.body !== text) attempt.current = { body: text, key: newKey() }
    cancel.mutate(
      { body, key: attempt.current.key },
      {
        onSuccess: () => {
          notify(t('account.saved'), 'done')
          onClose()
        },
      },
    )
  }
  return (
    <ConfirmSheet title={t('order.cancel')} text={t(order.state === 'paid' ? 'studio.cancel-paid' : 'order.cancel-text')} action={t(body?.lines ? 'order.cancel-part' : 'order.cancel')} danger busy={cancel.isPending} error={cancel.error} onClose={onClose} onConfirm={submit}>
      <CancelLines lines={order.lines} taken={taken} onChange={setTaken} />
      <Field label={t('studio.reason')} value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} />
    </ConfirmSheet>
  )
}
