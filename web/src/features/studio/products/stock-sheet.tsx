import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { formatDate } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useLocale, useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { Field, SelectField } from '@/shared/ui/field'
import { Notice, notify } from '@/shared/ui/notice'
import { Sheet } from '@/shared/ui/sheet'
import { ledgerQuery, newAdjustment, stockQuery, useAdjustStock, type Adjustment } from '../api/products'
import { useMay, useShop } from '../shop-context'

const REASONS = ['received', 'adjusted', 'damaged', 'returned'] as const
type Reason = (typeof REASONS)[number]

/** What came back or came in is never less than nothing, and what broke never more: whoever types `3` for damaged means three fewer. */
const signed = (reason: Reason, typed: number) => (reason === 'adjusted' ? typed : reason === 'damaged' ? -Math.abs(typed) : Math.abs(typed))

function Figures({ variant }: { variant: string }) {
  const t = useT()
  const stock = useQuery(stockQuery(variant))
  const cells = [
    ['on-hand', stock.data?.on_hand],
    ['held', stock.data?.held],
    ['available', stock.data?.available],
  ] as const
  const ever = [
    ['received', stock.data?.received],
    ['sold', stock.data?.sold],
    ['damaged', stock.data?.damaged],
  ] as const
  return (
    <div className="grid gap-2.5">
      <dl className="grid grid-cols-3 gap-2">
        {cells.map(([id, value]) => (
          <div key={id} className="rounded-xl bg-raised p-3 text-center">
            <dd className="tabular text-2xl font-bold">{value ?? '–'}</dd>
            <dt className="text-sm text-muted">{t(`studio.stock-${id}`)}</dt>
          </div>
        ))}
      </dl>
      <dl className="flex flex-wrap justify-center gap-x-4 gap-y-1 text-sm text-muted">
        {ever.map(([id, value]) => (
          <div key={id} className="flex gap-1.5">
            <dt>{t(`studio.ledger.${id}`)}</dt>
            <dd className="tabular font-semibold text-text">{value ?? '–'}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function Ledger({ variant }: { variant: string }) {
  const t = useT()
  const locale = useLocale()
  const shop = useShop()
  const ledger = useQuery(ledgerQuery(variant))
  return (
    <div>
      <h3 className="mb-1 text-base">{t('studio.stock-history')}</h3>
      <ul className="divide-y divide-line text-sm">
        {ledger.data?.items.map((entry) => {
          const delta = entry.delta_on_hand || -entry.delta_held
          return (
            <li key={entry.number} className="flex items-baseline gap-3 py-2">
              <span className={cx('tabular w-10 shrink-0 text-right font-bold', delta < 0 ? 'text-ember' : 'text-leaf')}>{delta > 0 ? `+${delta}` : delta}</span>
              <span className="min-w-0 grow">
                {t(`studio.ledger.${entry.kind}`)}
                {entry.reason && entry.reason !== entry.kind && (REASONS as readonly string[]).includes(entry.kind) ? <span className="text-muted"> · {entry.reason}</span> : null}
              </span>
              <span className="shrink-0 text-muted">{formatDate(entry.created_at, locale, 'short', shop.market)}</span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

interface Props {
  product: string
  variant: string
  name: string
  onClose: () => void
}

/** Counts in or out, always with a reason, because the book keeps every change. */
export function StockSheet({ product, variant, name, onClose }: Props) {
  const t = useT()
  const problem = useProblemText()
  const shop = useShop()
  const mayCount = useMay('count')
  const adjust = useAdjustStock(shop.id, product, variant)
  const [text, setText] = useState('')
  const [reason, setReason] = useState<Reason>('received')
  const [note, setNote] = useState('')
  const attempt = useRef<Adjustment | null>(null)
  const delta = /^[+-]?\d{1,6}$/.test(text.trim()) ? signed(reason, Number(text.trim())) : 0
  const submit = () => {
    const last = attempt.current
    const wish = last && last.delta === delta && last.reason === reason && last.note === note.trim() ? last : newAdjustment(delta, reason, note.trim())
    attempt.current = wish
    adjust.mutate(wish, {
      onSuccess: () => {
        attempt.current = null
        setText('')
        setNote('')
        notify(t('studio.stock-saved'), 'done')
      },
    })
  }
  return (
    <Sheet title={name} onClose={onClose}>
      <div className="grid gap-5">
        <Figures variant={variant} />
        {mayCount ? (
          <div className="grid gap-3">
            <Field label={t('studio.stock-change')} hint={t('studio.stock-change-hint')} placeholder="+10" inputMode="text" autoComplete="off" value={text} className="tabular text-lg" onChange={(event) => setText(event.target.value)} />
            <SelectField label={t('studio.reason')} value={reason} onChange={(event) => setReason(event.target.value as Reason)}>
              {REASONS.map((id) => (
                <option key={id} value={id}>
                  {t(`studio.reason.${id}`)}
                </option>
              ))}
            </SelectField>
            <Field label={t('studio.reason-note')} value={note} maxLength={120} onChange={(event) => setNote(event.target.value)} />
            {adjust.isError ? <Notice kind="failed">{problem(adjust.error)}</Notice> : null}
            <Button busy={adjust.isPending} disabled={delta === 0} onClick={submit}>
              {t('studio.stock-book')}
            </Button>
          </div>
        ) : null}
        <Ledger variant={variant} />
      </div>
    </Sheet>
  )
}
