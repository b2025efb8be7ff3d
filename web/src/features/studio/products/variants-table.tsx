import { PackagePlus, RotateCcw, Trash2 } from 'lucide-react'
import type { Currency } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { Button, IconButton } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { Field } from '@/shared/ui/field'
import { optionText } from '@/shared/ui/option-chooser'
import { MoneyField } from '../parts/money-field'
import { faultsOf, type Matrix, type MatrixRow } from './matrix'

interface Props {
  matrix: Matrix
  currency: Currency
  tried: boolean
  /** Only the stock can be changed. */
  locked: boolean
  onChange: (matrix: Matrix) => void
  onStock: (row: MatrixRow) => void
}

function Row({ row, currency, tried, locked, single, onChange, onStock }: Omit<Props, 'matrix' | 'onChange'> & { row: MatrixRow; single: boolean; onChange: (change: Partial<MatrixRow>) => void }) {
  const t = useT()
  const faults = tried ? faultsOf(row, currency) : []
  const name = optionText(row.options)
  if (!row.on) {
    return (
      <div className="flex min-h-14 items-center justify-between gap-3 text-muted">
        <span className="line-through">{name}</span>
        <Button size="small" look="quiet" className="min-h-11" icon={<RotateCcw aria-hidden className="size-4" />} onClick={() => onChange({ on: true })}>
          {t('studio.variant-sell')}
        </Button>
      </div>
    )
  }
  return (
    <div className={cx('grid grid-cols-2 items-start gap-x-3 gap-y-2', single ? 'sm:grid-cols-3' : 'sm:grid-cols-[minmax(7rem,1fr)_8.5rem_8.5rem_8.5rem_2.75rem]')}>
      {single ? null : (
        <div className="col-span-2 flex min-h-11 items-center justify-between font-semibold sm:col-span-1 sm:min-h-12 sm:self-end">
          {name}
          <IconButton label={`${t('action.delete')}: ${name}`} onClick={() => onChange({ on: false })} className="sm:hidden">
            <Trash2 aria-hidden className="size-4.5" />
          </IconButton>
        </div>
      )}
      <MoneyField label={t('studio.price')} currency={currency} value={row.price} disabled={locked} error={faults.includes('price') ? t('studio.price-wrong') : undefined} onChange={(price) => onChange({ price })} />
      {row.id ? (
        <div className="grid gap-1.5">
          <span className="text-sm font-medium text-muted">{t('studio.stock')}</span>
          <Button look="secondary" className="min-h-12 rounded-xl" icon={<PackagePlus aria-hidden className="size-4.5 text-gold" />} onClick={() => onStock(row)}>
            <span className="tabular">{row.available}</span>
          </Button>
        </div>
      ) : (
        <Field label={t('studio.stock')} inputMode="numeric" autoComplete="off" placeholder="0" value={row.stock} className="tabular" error={faults.includes('stock') ? t('field.invalid') : undefined} onChange={(event) => onChange({ stock: event.target.value })} />
      )}
      <div className={single ? 'col-span-2 sm:col-span-1' : 'col-span-2 sm:col-span-1'}>
        <Field label={t('studio.sku')} value={row.sku} disabled={locked} maxLength={64} autoComplete="off" onChange={(event) => onChange({ sku: event.target.value })} />
      </div>
      {single || locked ? null : (
        <IconButton label={`${t('action.delete')}: ${name}`} onClick={() => onChange({ on: false })} className="hidden self-end sm:grid">
          <Trash2 aria-hidden className="size-4.5" />
        </IconButton>
      )}
    </div>
  )
}

/** Price, stock and SKU of every combination. */
export function VariantsTable({ matrix, currency, tried, locked, onChange, onStock }: Props) {
  const t = useT()
  const single = matrix.rows.length === 1 && matrix.axes.every((axis) => axis.values.length === 0)
  const first = matrix.rows.find((row) => row.on)
  const many = matrix.rows.filter((row) => row.on).length > 1
  const change = (key: string, part: Partial<MatrixRow>) => onChange({ ...matrix, rows: matrix.rows.map((row) => (row.key === key ? { ...row, ...part } : row)) })
  return (
    <div className="grid gap-3">
      {many && first?.price && !locked ? (
        <Button size="small" look="quiet" className="min-h-11 justify-self-start" onClick={() => onChange({ ...matrix, rows: matrix.rows.map((row) => ({ ...row, price: first.price })) })}>
          {t('studio.price-all')}
        </Button>
      ) : null}
      <ul className={cx('grid gap-4', !single && 'divide-y divide-line [&>li]:pb-4')}>
        {matrix.rows.map((row) => (
          <li key={row.key}>
            <Row row={row} currency={currency} tried={tried} locked={locked} single={single} onChange={(part) => change(row.key, part)} onStock={onStock} />
          </li>
        ))}
      </ul>
    </div>
  )
}
