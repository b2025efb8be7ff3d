import { ChevronDown } from 'lucide-react'
import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react'
import { cx } from './classes'

const BOX =
  'w-full min-h-12 rounded-xl border bg-surface px-4 text-base text-text placeholder:text-muted/80 transition-colors focus:border-amber focus:outline-none focus-visible:outline-none'

interface Frame {
  label: string
  error?: string | undefined
  hint?: string | undefined
  labelHidden?: boolean
}

function Wrap({ id, label, error, hint, labelHidden, children }: Frame & { id: string; children: ReactNode }) {
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className={cx('text-sm font-medium text-muted', labelHidden && 'sr-only')}>
        {label}
      </label>
      {children}
      {error ? (
        <p id={`${id}-note`} role="alert" className="text-sm text-ember">
          {error}
        </p>
      ) : hint ? (
        <p id={`${id}-note`} className="text-sm text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  )
}

const attributes = (id: string, error?: string, hint?: string) => ({
  id,
  'aria-invalid': error ? true : undefined,
  'aria-describedby': error || hint ? `${id}-note` : undefined,
})

export function Field({ label, error, hint, labelHidden, className, ...rest }: Frame & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId()
  return (
    <Wrap id={id} label={label} error={error} hint={hint} labelHidden={labelHidden ?? false}>
      <input {...rest} {...attributes(id, error, hint)} className={cx(BOX, error ? 'border-ember' : 'border-line', className)} />
    </Wrap>
  )
}

export function AreaField({ label, error, hint, className, ...rest }: Frame & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId()
  return (
    <Wrap id={id} label={label} error={error} hint={hint}>
      <textarea rows={3} {...rest} {...attributes(id, error, hint)} className={cx(BOX, 'py-3', error ? 'border-ember' : 'border-line', className)} />
    </Wrap>
  )
}

export function SelectField({ label, error, hint, labelHidden, className, children, ...rest }: Frame & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId()
  return (
    <Wrap id={id} label={label} error={error} hint={hint} labelHidden={labelHidden ?? false}>
      <span className="relative block">
        <select {...rest} {...attributes(id, error, hint)} className={cx(BOX, 'appearance-none truncate pr-10', error ? 'border-ember' : 'border-line', className)}>
          {children}
        </select>
        <ChevronDown aria-hidden className="pointer-events-none absolute top-1/2 right-3.5 size-4.5 -translate-y-1/2 text-muted" />
      </span>
    </Wrap>
  )
}

interface Choice {
  value: string
  title: string
  text?: string | undefined
  aside?: ReactNode
}

export function ChoiceList({ legend, name, value, choices, onChange }: { legend: string; name: string; value: string; choices: Choice[]; onChange: (value: string) => void }) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 text-sm font-medium text-muted">{legend}</legend>
      {choices.map((choice) => (
        <label
          key={choice.value}
          className={cx(
            'flex min-h-14 cursor-pointer items-center gap-3 rounded-xl border px-4 py-2.5 transition-colors has-focus-visible:outline-3 has-focus-visible:outline-amber',
            choice.value === value ? 'border-lantern bg-lantern/10' : 'border-line bg-surface',
          )}
        >
          <input type="radio" name={name} value={choice.value} checked={choice.value === value} onChange={() => onChange(choice.value)} className="size-5 accent-lantern" />
          <span className="grow">
            <span className="block font-medium">{choice.title}</span>
            {choice.text ? <span className="block text-sm text-muted">{choice.text}</span> : null}
          </span>
          {choice.aside}
        </label>
      ))}
    </fieldset>
  )
}
