import type { OrderLine } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { optionText } from '@/shared/ui/option-chooser'
import { Stepper } from '@/shared/ui/stepper'
import type { Taken } from './cancelling'

/** How many of each line to take out. */
export function CancelLines({ lines, taken, onChange }: { lines: readonly OrderLine[]; taken: Taken; onChange: (taken: Taken) => void }) {
  const t = useT()
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium text-muted">{t('order.cancel-which')}</legend>
      <ul className="divide-y divide-line">
        {lines
          .filter((line) => line.quantity > 0)
          .map((line) => (
            <li key={line.id} className="flex items-center gap-3 py-2">
              <span className="min-w-0 grow">
                <span className="line-clamp-2 leading-snug">
                  {line.code ? <strong className="mr-1.5 text-gold">{line.code}</strong> : null}
                  {line.title} {optionText(line.options)}
                </span>
                <span className="tabular text-sm text-muted">{t('order.cancel-of', { count: line.quantity })}</span>
              </span>
              <Stepper min={0} max={line.quantity} value={taken[line.id] ?? 0} onChange={(quantity) => onChange({ ...taken, [line.id]: quantity })} />
            </li>
          ))}
      </ul>
    </fieldset>
  )
}
