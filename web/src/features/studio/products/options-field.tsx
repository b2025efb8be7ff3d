import { Plus, X } from 'lucide-react'
import { useState, type KeyboardEvent } from 'react'
import { useT } from '@/shared/i18n/store'
import { Button, IconButton } from '@/shared/ui/button'
import { Field } from '@/shared/ui/field'
import { optionName } from '@/shared/ui/option-chooser'
import type { OptionAxis } from './matrix'

const PRESETS = ['color', 'size', 'flavor', 'material']
const MAX_AXES = 3

function Axis({ axis, onChange, onRemove }: { axis: OptionAxis; onChange: (values: string[]) => void; onRemove: () => void }) {
  const t = useT()
  const [text, setText] = useState('')
  const take = () => {
    const values = text
      .split(/[,，、;\n]/)
      .map((value) => value.trim().slice(0, 60))
      .filter((value) => value && !axis.values.includes(value))
    if (values.length > 0) onChange([...axis.values, ...new Set(values)])
    setText('')
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      take()
    }
  }
  const name = optionName(t, axis.name)
  return (
    <div className="grid gap-2 rounded-xl border border-line p-3">
      <div className="flex items-center justify-between">
        <span className="font-semibold">{name}</span>
        <IconButton label={`${t('action.delete')}: ${name}`} onClick={onRemove}>
          <X aria-hidden className="size-4.5" />
        </IconButton>
      </div>
      <div className="flex flex-wrap gap-2">
        {axis.values.map((value) => (
          <span key={value} className="inline-flex min-h-9 items-center gap-1 rounded-pill bg-raised pl-3.5 text-sm font-semibold">
            {value}
            <button type="button" aria-label={`${t('action.delete')}: ${value}`} onClick={() => onChange(axis.values.filter((other) => other !== value))} className="grid size-9 place-items-center rounded-full text-muted">
              <X aria-hidden className="size-3.5" />
            </button>
          </span>
        ))}
      </div>
      <div className="flex items-end gap-2">
        <div className="grow">
          <Field label={t('studio.option-values')} placeholder={t('studio.option-values-hint')} labelHidden value={text} enterKeyHint="done" onChange={(event) => setText(event.target.value)} onKeyDown={onKey} onBlur={take} />
        </div>
        <IconButton label={t('studio.option-add-value')} look="secondary" onClick={take} className="size-12">
          <Plus aria-hidden className="size-5" />
        </IconButton>
      </div>
    </div>
  )
}

/** Colour, size and so on, each with its values. */
export function OptionsField({ axes, onChange }: { axes: OptionAxis[]; onChange: (axes: OptionAxis[]) => void }) {
  const t = useT()
  const [own, setOwn] = useState<string | null>(null)
  const free = PRESETS.filter((name) => !axes.some((axis) => axis.name === name))
  const add = (name: string) => {
    const clean = name.trim().slice(0, 40)
    if (clean && !axes.some((axis) => axis.name === clean)) onChange([...axes, { name: clean, values: [] }])
    setOwn(null)
  }
  return (
    <div className="grid gap-3">
      {axes.map((axis) => (
        <Axis
          key={axis.name}
          axis={axis}
          onChange={(values) => onChange(axes.map((other) => (other.name === axis.name ? { ...axis, values } : other)))}
          onRemove={() => onChange(axes.filter((other) => other.name !== axis.name))}
        />
      ))}
      {axes.length < MAX_AXES ? (
        own === null ? (
          <div className="flex flex-wrap gap-2">
            {free.map((name) => (
              <Button key={name} size="small" look="secondary" className="min-h-11" icon={<Plus aria-hidden className="size-4" />} onClick={() => add(name)}>
                {optionName(t, name)}
              </Button>
            ))}
            <Button size="small" look="quiet" className="min-h-11" icon={<Plus aria-hidden className="size-4" />} onClick={() => setOwn('')}>
              {t('studio.option-other')}
            </Button>
          </div>
        ) : (
          <div className="flex items-end gap-2">
            <div className="grow">
              <Field label={t('studio.option-name')} value={own} maxLength={40} autoFocus onChange={(event) => setOwn(event.target.value)} />
            </div>
            <Button look="secondary" className="min-h-12" onClick={() => add(own)}>
              {t('studio.add')}
            </Button>
          </div>
        )
      ) : null}
    </div>
  )
}
