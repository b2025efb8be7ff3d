import { useState } from 'react'
import { patch } from '@/api/client'
import type { User } from '@/api/types'
import { LOCALE_NAMES, LOCALES, type Locale } from '@/shared/i18n/locales'
import { chooseLocale, useLocale, useT } from '@/shared/i18n/store'
import { updateUser, useUser } from '@/shared/session/session'
import { chosenTheme, chooseTheme, type Theme } from '@/shared/session/theme'
import { SelectField } from '@/shared/ui/field'
import { Card } from './card'

const THEMES: Theme[] = ['system', 'dark', 'light']

/** How the app looks and speaks here; the language also goes to the account, for messages sent to this person. */
export function Preferences() {
  const t = useT()
  const locale = useLocale()
  const user = useUser()
  const [theme, setTheme] = useState(chosenTheme)
  const speak = async (next: Locale) => {
    await chooseLocale(next)
    if (user) await patch<User>('/me', { locale: next }).then(updateUser, () => undefined)
  }
  return (
    <Card>
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField label={t('account.language')} value={locale} onChange={(event) => void speak(event.target.value as Locale)}>
          {LOCALES.map((id) => (
            <option key={id} value={id} lang={id}>
              {LOCALE_NAMES[id]}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('account.theme')}
          value={theme}
          onChange={(event) => {
            const next = event.target.value as Theme
            setTheme(next)
            chooseTheme(next)
          }}
        >
          {THEMES.map((id) => (
            <option key={id} value={id}>
              {t(`account.theme-${id}`)}
            </option>
          ))}
        </SelectField>
      </div>
    </Card>
  )
}
