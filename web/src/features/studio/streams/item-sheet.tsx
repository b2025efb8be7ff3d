import { Trash2 } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { formatMoney, parseMoney } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Field, SelectField } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { Sheet } from '@/shared/ui/sheet'
import { useItemChange } from '../api/streams'
import type { LineUpItem } from '../api/types'
import { amountText, MoneyField } from '../parts/money-field'
import { useShop } from '../shop-context'

const whole = (text: string): number | null | undefined => (text.trim() === '' ? null : /^\d{1,6}$/.test(text.trim()) ? Number(text.trim()) : undefined)

/** How an item is sold in this show: its code, its price there, how many each, how many altogether. */
export function ItemSheet({ streamId, item, onClose }: { streamId: string; item: LineUpItem; onClose: () => void }) {
  const t = useT()
  const problem = useProblemText()
  const shop = useShop()
  const change = useItemChange(streamId)
  const [code, setCode] = useState(item.code)
  const [price, setPrice] = useState(amountText(item.live_price))
  const [limit, setLimit] = useState(item.limit_per_buyer?.toString() ?? '')
  const [stock, setStock] = useState(item.stock?.toString() ?? '')
  const [mode, setMode] = useState(item.mode)
  const [firstPaid, setFirstPaid] = useState(item.first_paid)
  const money = price.trim() === '' ? null : (parseMoney(price, shop.currency) ?? undefined)
  const most = whole(limit)
  const cap = whole(stock)
  const valid = code.trim() !== '' && money !== undefined && most !== undefined && most !== 0 && cap !== undefined
  const usual = item.product.variants[0]?.price
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!valid) return
    const words = { code: code.trim(), live_price: money, limit_per_buyer: most, stock: cap, mode, first_paid: firstPaid }
    change.mutate({ item: item.id, words }, { onSuccess: onClose })
  }
  return (
    <Sheet title={`${item.code} · ${item.product.title}`} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <div className="grid grid-cols-2 gap-3">
          <Field label={t('studio.code')} value={code} maxLength={12} autoCapitalize="characters" onChange={(event) => setCode(event.target.value)} />
          <MoneyField label={t('studio.live-price')} currency={shop.currency} value={price} placeholder={amountText(usual)} error={money === undefined ? t('studio.price-wrong') : undefined} onChange={setPrice} />
          <Field label={t('studio.limit')} value={limit} inputMode="numeric" placeholder={t('studio.no-limit')} error={most === undefined || most === 0 ? t('field.invalid') : undefined} onChange={(event) => setLimit(event.target.value)} />
          <Field label={t('studio.ring-fence')} value={stock} inputMode="numeric" placeholder={t('studio.no-limit')} error={cap === undefined ? t('field.invalid') : undefined} onChange={(event) => setStock(event.target.value)} />
        </div>
        <SelectField label={t('studio.item-mode')} hint={t(`studio.item-mode.${mode}-text`)} value={mode} onChange={(event) => setMode(event.target.value as LineUpItem['mode'])}>
          <option value="stock">{t('studio.item-mode.stock')}</option>
          <option value="turn">{t('studio.item-mode.turn')}</option>
        </SelectField>
        <label className="flex min-h-12 cursor-pointer items-start gap-3 rounded-xl bg-raised p-3.5">
          <input type="checkbox" checked={firstPaid} onChange={(event) => setFirstPaid(event.target.checked)} className="mt-0.5 size-5 shrink-0 accent-lantern" />
          <span>
            <span className="block font-medium">{t('studio.first-paid')}</span>
            <span className="block text-sm text-muted">{t('studio.first-paid-text')}</span>
          </span>
        </label>
        {usual ? <p className="text-sm text-muted">{t('studio.item-hint', { price: formatMoney(usual) })}</p> : null}
        {change.isError ? <Notice kind="failed">{problem(change.error)}</Notice> : null}
        <div className="flex gap-3">
          <Button look="danger" disabled={change.isPending} icon={<Trash2 aria-hidden className="size-4.5" />} onClick={() => change.mutate({ item: item.id, words: null }, { onSuccess: onClose })}>
            {t('studio.take-out')}
          </Button>
          <Button type="submit" className="grow" busy={change.isPending} disabled={!valid}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Sheet>
  )
}
