import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { patch } from '@/api/client'
import type { Address, Market, Order } from '@/api/types'
import { readAddress } from '@/shared/address/address'
import { AddressFields } from '@/shared/address/address-fields'
import { keys } from '@/shared/data/keys'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { AreaField } from '@/shared/ui/field'
import { Notice, notify } from '@/shared/ui/notice'
import { Sheet } from '@/shared/ui/sheet'

const FORM = 'edit-order'

function EditSheet({ order, onClose }: { order: Order; onClose: () => void }) {
  const t = useT()
  const text = useProblemText()
  const client = useQueryClient()
  const [country, setCountry] = useState<Market>(order.address.country)
  const save = useMutation({
    mutationFn: (form: FormData) => patch<Order>(`/orders/${order.id}`, { address: readAddress(form, country), note: String(form.get('note') ?? '').trim() }),
    onSuccess: (changed) => {
      client.setQueryData(keys.order(order.id), changed)
      void client.invalidateQueries({ queryKey: keys.orders })
      notify(t('account.saved'), 'done')
      onClose()
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    save.mutate(new FormData(event.currentTarget))
  }
  return (
    <Sheet
      title={t('order.edit')}
      onClose={onClose}
      footer={
        <Button type="submit" form={FORM} wide size="large" busy={save.isPending}>
          {t('action.save')}
        </Button>
      }
    >
      <form id={FORM} onSubmit={submit} className="grid gap-4">
        <p className="text-sm text-muted">{t('order.edit-text')}</p>
        <AddressFields country={country} onCountry={setCountry} error={save.error} value={{ ...order.address, id: order.id } as Address} />
        <AreaField label={t('checkout.note')} name="note" maxLength={500} rows={2} defaultValue={order.note ?? ''} />
        {save.isError ? <Notice kind="failed">{text(save.error)}</Notice> : null}
      </form>
    </Sheet>
  )
}

/** Where the parcel goes may change until the shop packs it. */
export function EditOrder({ order }: { order: Order }) {
  const t = useT()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="small" look="secondary" className="min-h-11" icon={<Pencil aria-hidden className="size-4" />} onClick={() => setOpen(true)}>
        {t('action.edit')}
      </Button>
      {open ? <EditSheet order={order} onClose={() => setOpen(false)} /> : null}
    </>
  )
}
