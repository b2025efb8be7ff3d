import { useState } from 'react'
import type { Variant } from '@/api/types'
import { useI18n, useT, type MessageId, type Translate } from '@/shared/i18n/store'
import { cx } from './classes'

export function optionName(t: Translate, option: string): string {
  const id = `option.${option.toLowerCase()}` as MessageId
  return id in useI18n.getState().messages ? t(id) : option
}

export const optionText = (options: Record<string, string> | undefined) => Object.values(options ?? {}).join(' / ')

interface Props {
  variants: Variant[]
  value: string | null
  onChange: (variant: Variant | null) => void
  /** A live item that is gone can still be waited for. */
  allowSoldOut?: boolean
}

/** One row of pills per option; a value is crossed out when no combination with the other choices has stock. */
export function OptionChooser({ variants, value, onChange, allowSoldOut }: Props) {
  const t = useT()
  const initial = variants.find((variant) => variant.id === value)?.options ?? {}
  const [chosen, setChosen] = useState<Record<string, string>>(initial)
  const names = [...new Set(variants.flatMap((variant) => Object.keys(variant.options)))]
  const fits = (variant: Variant, choice: Record<string, string>) => Object.entries(choice).every(([name, option]) => variant.options[name] === option)
  const choose = (name: string, option: string) => {
    const next = { ...chosen, [name]: option }
    const clash = !variants.some((variant) => fits(variant, next))
    const kept = clash ? { [name]: option } : next
    setChosen(kept)
    const complete = names.every((row) => row in kept)
    onChange(complete ? (variants.find((variant) => fits(variant, kept)) ?? null) : null)
  }
  return (
    <div className="grid gap-5">
      {names.map((name) => (
        <fieldset key={name}>
          <legend className="mb-2 text-sm font-medium text-muted">{optionName(t, name)}</legend>
          <div className="flex flex-wrap gap-2">
            {[...new Set(variants.map((variant) => variant.options[name]).filter((option) => option !== undefined))].map((option) => {
              const { [name]: _own, ...others } = chosen
              const inStock = variants.some((variant) => variant.options[name] === option && fits(variant, others) && variant.available > 0)
              return (
                <button
                  key={option}
                  type="button"
                  aria-pressed={chosen[name] === option}
                  disabled={!inStock && !allowSoldOut}
                  onClick={() => choose(name, option)}
                  className={cx(
                    'min-h-11 min-w-14 rounded-xl border px-4 font-medium transition-colors disabled:opacity-45',
                    chosen[name] === option ? 'border-lantern bg-lantern/12 text-ember' : 'border-line bg-surface',
                    !inStock && 'line-through',
                  )}
                >
                  {option}
                </button>
              )
            })}
          </div>
        </fieldset>
      ))}
    </div>
  )
}
