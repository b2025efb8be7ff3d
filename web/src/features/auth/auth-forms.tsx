import { useState } from 'react'
import { useT } from '@/shared/i18n/store'
import { closeSignIn } from '@/shared/session/overlays'
import { Button } from '@/shared/ui/button'
import { Sheet } from '@/shared/ui/sheet'
import { ForgotForm } from './forgot-form'
import { LoginForm } from './login-form'
import { PasskeyButton } from './passkey-button'
import { RegisterForm } from './register-form'

type Mode = 'login' | 'register' | 'forgot'
const TITLES = { login: 'auth.login', register: 'auth.register', forgot: 'auth.forgot' } as const

/** Log-in and registration over whatever was being done; afterwards that very thing goes on. */
export default function AuthForms({ after }: { after?: (() => void) | undefined }) {
  const t = useT()
  const [mode, setMode] = useState<Mode>('login')
  const done = () => {
    closeSignIn()
    after?.()
  }
  return (
    <Sheet title={t(TITLES[mode])} onClose={closeSignIn}>
      {mode === 'forgot' ? null : <p className="mb-5 text-muted">{t('auth.lead')}</p>}
      {mode === 'login' ? (
        <>
          <LoginForm onDone={done} />
          <PasskeyButton onDone={done} />
        </>
      ) : null}
      {mode === 'register' ? <RegisterForm onDone={done} /> : null}
      {mode === 'forgot' ? <ForgotForm /> : null}
      <div className="mt-3 grid gap-1">
        {mode === 'login' ? (
          <Button look="quiet" wide onClick={() => setMode('forgot')}>
            {t('auth.forgot')}
          </Button>
        ) : null}
        <Button look="quiet" wide onClick={() => setMode(mode === 'login' ? 'register' : 'login')}>
          {t(mode === 'login' ? 'auth.to-register' : 'auth.to-login')}
        </Button>
      </div>
    </Sheet>
  )
}
