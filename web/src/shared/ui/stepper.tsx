import { Minus, Plus } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { IconButton } from './button'

export function Stepper({ value, min = 1, max, disabled, onChange }: { value: number; min?: number; max: number; disabled?: boolean; onChange: (value: number) => void }) {
  const t = useT()
  return (
    <div role="group" aria-label={t('stepper.quantity')} className="inline-flex items-center rounded-pill border border-line bg-surface">
      <IconButton label={t('stepper.less')} disabled={disabled || value <= min} onClick={() => onChange(value - 1)}>
        <Minus aria-hidden className="size-4" />
      </IconButton>
      <output className="tabular min-w-6 text-center font-semibold">{value}</output>
      <IconButton label={t('stepper.more')} disabled={disabled || value >= max} onClick={() => onChange(value + 1)}>
        <Plus aria-hidden className="size-4" />
      </IconButton>
    </div>
  )
}
