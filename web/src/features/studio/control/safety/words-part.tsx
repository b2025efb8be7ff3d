import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { LOCALE_NAMES, LOCALES } from '@/shared/i18n/locales'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { Failure } from '@/shared/ui/empty'
import { Field } from '@/shared/ui/field'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { deskQuery } from '../../api/moderation'
import type { WordEffect } from '../../api/types'
import { useFloor } from '../floor-context'
import { useModeration } from '../use-moderation'
import { Segments } from './segments'

const LONGEST = 50
const EFFECTS: WordEffect[] = ['mask', 'block']

function Presets({ chosen }: { chosen: string[] }) {
  const t = useT()
  const moderate = useModeration()
  const toggle = (locale: string) => moderate({ action: 'words', presets: chosen.includes(locale) ? chosen.filter((other) => other !== locale) : [...chosen, locale] })
  return (
    <fieldset>
      <legend className="text-sm font-medium text-muted">{t('studio.presets')}</legend>
      <p className="mb-2 text-[13px] text-muted">{t('studio.presets-text')}</p>
      <div className="flex flex-wrap gap-2">
        {LOCALES.map((locale) => (
          <button
            key={locale}
            type="button"
            lang={locale}
            aria-pressed={chosen.includes(locale)}
            onClick={() => toggle(locale)}
            className={cx('min-h-11 rounded-pill border px-4 text-sm font-semibold', chosen.includes(locale) ? 'border-text bg-text text-ground' : 'border-line bg-raised text-muted')}
          >
            {LOCALE_NAMES[locale]}
          </button>
        ))}
      </div>
    </fieldset>
  )
}

/** The words that the chats of the shop do not show. */
export function WordsPart() {
  const t = useT()
  const { show } = useFloor()
  const moderate = useModeration()
  const desk = useQuery(deskQuery(show.id))
  const [text, setText] = useState('')
  const [effect, setEffect] = useState<WordEffect>('mask')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const word = text.trim()
    if (word) moderate({ action: 'words', add: [{ text: word, effect }] }, () => setText(''))
  }
  if (desk.isError && !desk.data) return <Failure error={desk.error} onRetry={() => void desk.refetch()} />
  if (!desk.data) return <ListSkeleton rows={4} className="h-11" />
  return (
    <div className="grid gap-5">
      <form onSubmit={submit} className="grid gap-3">
        <Field label={t('studio.word-new')} hint={t('studio.words-text')} value={text} maxLength={LONGEST} autoComplete="off" onChange={(event) => setText(event.target.value)} />
        <Segments label={t('studio.word-effect')} value={effect} choices={EFFECTS.map((value) => ({ value, label: t(`studio.policy.${value}`) }))} onChange={setEffect} />
        <Button type="submit" disabled={!text.trim()}>
          {t('studio.word-add')}
        </Button>
      </form>
      {desk.data.words.length === 0 ? <p className="text-center text-sm text-muted">{t('studio.words-empty')}</p> : null}
      <ul className="flex flex-wrap gap-2">
        {desk.data.words.map((word) => (
          <li key={word.text} className="flex max-w-full items-center rounded-pill border border-line bg-raised pl-3.5 text-sm">
            <span className="min-w-0 truncate font-medium">{word.text}</span>
            <span className={cx('ml-2 shrink-0 text-xs', word.effect === 'block' ? 'text-ember' : 'text-gold')}>{t(`studio.policy.${word.effect}`)}</span>
            <button type="button" aria-label={t('studio.word-remove', { word: word.text })} onClick={() => moderate({ action: 'words', remove: [word.text] })} className="grid size-11 shrink-0 place-items-center text-muted hover:text-text">
              <X aria-hidden className="size-4" />
            </button>
          </li>
        ))}
      </ul>
      <Presets chosen={desk.data.presets} />
    </div>
  )
}
