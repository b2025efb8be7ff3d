import type { Currency, Money } from '@/api/types'
import { minorExponent } from '@/shared/format/format'
import { Field } from '@/shared/ui/field'

const SIGN: Record<Currency, string> = { TWD: 'NT$', THB: '฿' }

/** What somebody would type for this amount. */
export function amountText(money: Money | null | undefined): string {
  if (!money) return ''
  const digits = minorExponent(money.currency)
  const text = (money.amount / 10 ** digits).toFixed(digits)
  return digits > 0 && text.endsWith('00') ? text.slice(0, -digits - 1) : text
}

interface Props {
  label: string
  currency: Currency
  value: string
  onChange: (text: string) => void
  error?: string | undefined
  hint?: string | undefined
  labelHidden?: boolean
  placeholder?: string
  disabled?: boolean
}

export function MoneyField({ label, currency, onChange, labelHidden, ...rest }: Props) {
  const sign = SIGN[currency]
  return (
    <div className="relative">
      <Field
        {...rest}
        label={`${label} (${sign})`}
        labelHidden={labelHidden ?? false}
        inputMode={minorExponent(currency) === 0 ? 'numeric' : 'decimal'}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        className="tabular"
      />
    </div>
  )
}
