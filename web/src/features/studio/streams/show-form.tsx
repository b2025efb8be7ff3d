import { useState, type FormEvent } from 'react'
import { useNavigate } from 'react-router'
import { fieldText, useProblemText } from '@/shared/hooks/problem-text'
import { LOCALE_NAMES, LOCALES } from '@/shared/i18n/locales'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { AreaField, Field, SelectField } from '@/shared/ui/field'
import { Notice, notify } from '@/shared/ui/notice'
import { useSaveShow } from '../api/streams'
import type { ShopStream } from '../api/types'
import { Card } from '../parts/card'
import { studioPaths } from '../paths'
import { useShop } from '../shop-context'
import { fromLocalInput, toLocalInput } from './local-time'

const LANGUAGE = { TW: 'zh-TW', TH: 'th' } as const

export function ShowForm({ show }: { show?: ShopStream }) {
  const t = useT()
  const problem = useProblemText()
  const shop = useShop()
  const navigate = useNavigate()
  const [title, setTitle] = useState(show?.title ?? '')
  const [description, setDescription] = useState(show?.description ?? '')
  const [when, setWhen] = useState(toLocalInput(show?.scheduled_at))
  const [language, setLanguage] = useState(show ? (show.language ?? '') : LANGUAGE[shop.market])
  const [limit, setLimit] = useState(String(show?.viewer_limit ?? ''))
  const [autoStart, setAutoStart] = useState(show?.auto_start ?? true)
  const save = useSaveShow(shop.id, show)
  const before = !show || show.state === 'draft' || show.state === 'scheduled'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!title.trim()) return
    save.mutate(
      { title: title.trim(), description: description.trim(), scheduled_at: fromLocalInput(when), language: language || null, auto_start: autoStart, viewer_limit: limit ? Number(limit) : null },
      {
        onSuccess: (saved) => {
          notify(t('account.saved'), 'done')
          if (!show) void navigate(studioPaths.show(shop.slug, saved.id), { replace: true })
        },
      },
    )
  }
  return (
    <form onSubmit={submit}>
      <Card title={t('studio.show-words')}>
        <div className="grid gap-4">
          <Field label={t('studio.show-title')} value={title} maxLength={120} required autoFocus={!show} error={fieldText(t, save.error, 'title')} onChange={(event) => setTitle(event.target.value)} />
          <AreaField label={t('studio.show-description')} maxLength={5000} value={description} onChange={(event) => setDescription(event.target.value)} />
          <div className={cx('grid gap-4', !show && 'sm:grid-cols-2')}>
            <Field label={t('studio.starts-at')} type="datetime-local" value={when} disabled={!before} hint={t('studio.starts-at-hint')} onChange={(event) => setWhen(event.target.value)} />
            <SelectField label={t('studio.show-language')} value={language} onChange={(event) => setLanguage(event.target.value)}>
              <option value="">{t('studio.no-language')}</option>
              {LOCALES.map((locale) => (
                <option key={locale} value={locale}>
                  {LOCALE_NAMES[locale]}
                </option>
              ))}
            </SelectField>
          </div>
          <Field
            label={t('studio.viewer-limit')}
            hint={t('studio.viewer-limit-hint')}
            inputMode="numeric"
            maxLength={6}
            value={limit}
            placeholder={t('studio.no-limit')}
            error={fieldText(t, save.error, 'viewer_limit')}
            onChange={(event) => setLimit(event.target.value.replace(/\D/g, ''))}
          />
          {before ? (
            <label className="flex min-h-12 cursor-pointer items-start gap-3 rounded-xl bg-raised p-3.5">
              <input type="checkbox" checked={autoStart} onChange={(event) => setAutoStart(event.target.checked)} className="mt-0.5 size-5 shrink-0 accent-lantern" />
              <span>
                <span className="block font-medium">{t('studio.auto-start')}</span>
                <span className="block text-sm text-muted">{t('studio.auto-start-text')}</span>
              </span>
            </label>
          ) : null}
          {save.isError ? <Notice kind="failed">{problem(save.error)}</Notice> : null}
          <Button type="submit" busy={save.isPending} disabled={!title.trim()}>
            {t(show ? 'action.save' : 'studio.show-create')}
          </Button>
        </div>
      </Card>
    </form>
  )
}
