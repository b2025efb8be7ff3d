import { useId } from 'react'
import { cx } from '@/shared/ui/classes'

interface Props<Value extends string> {
  label: string
  hint?: string
  value: Value
  choices: { value: Value; label: string }[]
  onChange: (value: Value) => void
}

/** One of a few, all in sight. */
export function Segments<Value extends string>({ label, hint, value, choices, onChange }: Props<Value>) {
  const name = useId()
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium text-muted">{label}</legend>
      <div className="flex rounded-xl border border-line bg-raised p-1">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className={cx(
              'grid min-h-11 min-w-0 flex-1 cursor-pointer place-items-center rounded-lg px-2 text-center text-sm leading-tight font-semibold has-focus-visible:outline-3 has-focus-visible:outline-amber',
              choice.value === value ? 'bg-text text-ground' : 'text-muted hover:text-text',
            )}
          >
            <input type="radio" name={name} className="sr-only" checked={choice.value === value} onChange={() => onChange(choice.value)} />
            {choice.label}
          </label>
        ))}
      </div>
      {hint ? <p className="mt-1.5 text-[13px] text-muted">{hint}</p> : null}
    </fieldset>
  )
}
