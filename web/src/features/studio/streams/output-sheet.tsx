import { useState, type FormEvent } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Field, SelectField } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { Sheet } from '@/shared/ui/sheet'
import { useAddOutput } from '../api/outputs'

const PLACES = {
  facebook: { name: 'Facebook', url: 'rtmps://live-api-s.facebook.com:443/rtmp/' },
  youtube: { name: 'YouTube', url: 'rtmps://a.rtmps.youtube.com/live2' },
  other: { name: '', url: '' },
} as const
type Place = keyof typeof PLACES

/** One more place for the show to go to. The key is sent once and never comes back. */
export function OutputSheet({ show, onClose }: { show: string; onClose: () => void }) {
  const t = useT()
  const problem = useProblemText()
  const add = useAddOutput(show)
  const [place, setPlace] = useState<Place>('facebook')
  const [name, setName] = useState<string>(PLACES.facebook.name)
  const [url, setUrl] = useState<string>(PLACES.facebook.url)
  const [key, setKey] = useState('')
  const choose = (next: Place) => {
    setPlace(next)
    setName(PLACES[next].name)
    setUrl(PLACES[next].url)
  }
  const isGood = name.trim() !== '' && /^rtmps?:\/\/\S+$/.test(url.trim()) && /^\S+$/.test(key.trim())
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isGood) add.mutate({ name: name.trim(), url: url.trim(), key: key.trim() }, { onSuccess: onClose })
  }
  return (
    <Sheet title={t('studio.output-add')} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4 pb-2">
        <SelectField label={t('studio.output-place')} value={place} onChange={(event) => choose(event.target.value as Place)}>
          <option value="facebook">Facebook</option>
          <option value="youtube">YouTube</option>
          <option value="other">{t('studio.output-other')}</option>
        </SelectField>
        {place === 'other' ? <Field label={t('studio.output-name')} value={name} maxLength={80} autoComplete="off" onChange={(event) => setName(event.target.value)} /> : null}
        <Field label={t('studio.output-url')} value={url} inputMode="url" autoComplete="off" spellCheck={false} placeholder="rtmps://…" onChange={(event) => setUrl(event.target.value)} />
        <Field label={t('studio.output-key')} hint={t('studio.output-key-hint')} type="password" value={key} autoComplete="off" onChange={(event) => setKey(event.target.value)} />
        {add.isError ? <Notice kind="failed">{problem(add.error)}</Notice> : null}
        <Button type="submit" busy={add.isPending} disabled={!isGood}>
          {t('studio.output-add')}
        </Button>
      </form>
    </Sheet>
  )
}
