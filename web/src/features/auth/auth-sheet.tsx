import { useState } from 'react'
import { useT } from '@/shared/i18n/store'
import { closeSignIn } from '@/shared/session/overlays'
import { Button } from '@/shared/ui/button'
import { Sheet } from '@/shared/ui/sheet'
import { LoginForm } from './login-form'
import { RegisterForm } from './register-form'

/** Log-in and registration over whatever was being done; afterwards that very thing goes on. */
export default function AuthSheet({ after }: { after?: (() => void) | undefined }) {
  const t = useT()
  const [mode, setMode] = useState<'login' | 'register'>('login')
  const done = () => {
    closeSignIn()
    after?.()
  }
  return (
    <Sheet title={t(mode === 'login' ? 'auth.login' : 'auth.register')} onClose={closeSignIn}>
      <p className="mb-5 text-muted">{t('auth.lead')}</p>
      {mode === 'login' ? <LoginForm onDone={done} /> : <RegisterForm onDone={done} />}
      <Button look="quiet" wide className="mt-3" onClick={() => setMode(mode === 'login' ? 'register' : 'login')}>
        {t(mode === 'login' ? 'auth.to-register' : 'auth.to-login')}
      </Button>
    </Sheet>
  )
}
