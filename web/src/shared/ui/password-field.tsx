import { useState } from 'react'
import { useT } from '@/shared/i18n/store'
import { Field } from './field'

export function PasswordField({ autoComplete, error, hint, minLength, label, name = 'password' }: { autoComplete: string; error?: string | undefined; hint?: string; minLength?: number; label?: string; name?: string }) {
  const t = useT()
  const [shown, setShown] = useState(false)
  return (
    <div className="grid gap-1">
      <Field label={label ?? t('auth.password')} name={name} type={shown ? 'text' : 'password'} autoComplete={autoComplete} required minLength={minLength} error={error} hint={hint} />
      <label className="flex min-h-11 cursor-pointer items-center gap-2 text-sm text-muted">
        <input type="checkbox" checked={shown} onChange={(event) => setShown(event.target.checked)} className="size-5 accent-lantern" />
        {t('auth.show-password')}
      </label>
    </div>
  )
}
