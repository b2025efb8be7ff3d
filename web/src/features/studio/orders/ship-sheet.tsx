import { useState, type FormEvent } from 'react'
import { fieldText, useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { Sheet } from '@/shared/ui/sheet'
import { useOrderStep } from '../api/orders'
import type { ShopOrder } from '../api/types'
import { useShop } from '../shop-context'

/** Names of carriers are names: the same in every language. */
const CARRIERS = {
  TW: ['黑貓宅急便', '新竹物流', '中華郵政', '7-ELEVEN 交貨便', '全家店到店'],
  TH: ['Thailand Post', 'Kerry Express', 'Flash Express', 'J&T Express', 'Ninja Van'],
}

export function ShipSheet({ order, onClose }: { order: ShopOrder; onClose: () => void }) {
  const t = useT()
  const problem = useProblemText()
  const shop = useShop()
  const ship = useOrderStep(order.id)
  const [carrier, setCarrier] = useState(CARRIERS[shop.market][0] ?? '')
  const [tracking, setTracking] = useState('')
  const ready = carrier.trim() !== '' && tracking.trim() !== ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready) ship.mutate({ to: 'shipped', carrier: carrier.trim(), tracking_number: tracking.trim() }, { onSuccess: onClose })
  }
  return (
    <Sheet title={t('studio.ship')} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <div className="flex flex-wrap gap-2" translate="no">
          {CARRIERS[shop.market].map((name) => (
            <button key={name} type="button" aria-pressed={carrier === name} onClick={() => setCarrier(name)} className={cx('min-h-11 rounded-xl border px-3.5 text-sm font-medium', carrier === name ? 'border-lantern bg-lantern/12 text-ember' : 'border-line')}>
              {name}
            </button>
          ))}
        </div>
        <Field label={t('studio.carrier')} value={carrier} maxLength={60} error={fieldText(t, ship.error, 'carrier')} onChange={(event) => setCarrier(event.target.value)} />
        <Field label={t('studio.tracking-number')} value={tracking} maxLength={60} autoComplete="off" autoFocus error={fieldText(t, ship.error, 'tracking_number')} onChange={(event) => setTracking(event.target.value)} />
        {ship.isError ? <Notice kind="failed">{problem(ship.error)}</Notice> : null}
        <Button type="submit" size="large" busy={ship.isPending} disabled={!ready}>
          {t('studio.ship-done')}
        </Button>
      </form>
    </Sheet>
  )
}
