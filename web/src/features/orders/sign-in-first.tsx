import { LockKeyhole } from 'lucide-react'
import type { ReactNode } from 'react'
import { useT } from '@/shared/i18n/store'
import { askSignIn } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Empty } from '@/shared/ui/empty'

export function SignInFirst({ children }: { children: ReactNode }) {
  const t = useT()
  const status = useSession((session) => session.status)
  if (status !== 'guest') return children
  return <Empty page icon={<LockKeyhole aria-hidden />} title={t('orders.sign-in')} action={<Button onClick={() => askSignIn()}>{t('nav.login')}</Button>} />
}
