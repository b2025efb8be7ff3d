import { Store } from 'lucide-react'
import { Outlet } from 'react-router'
import { useT } from '@/shared/i18n/store'
import { askSignIn } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'
import { Button, ButtonLink } from '@/shared/ui/button'
import { Empty } from '@/shared/ui/empty'
import { ListSkeleton } from '@/shared/ui/skeleton'

/** The studio is for people with an account. */
export function SignInGate() {
  const t = useT()
  const status = useSession((session) => session.status)
  if (status === 'user') return <Outlet />
  return (
    <main className="page-width grid min-h-dvh place-content-center">
      {status === 'starting' ? (
        <div className="w-[min(90vw,40rem)]">
          <ListSkeleton />
        </div>
      ) : (
        <Empty
          icon={<Store aria-hidden />}
          title={t('studio.sign-in')}
          text={t('studio.sign-in-text')}
          action={
            <div className="flex flex-wrap justify-center gap-3">
              <Button size="large" onClick={() => askSignIn()}>
                {t('nav.login')}
              </Button>
              <ButtonLink size="large" look="secondary" to="/">
                {t('action.go-home')}
              </ButtonLink>
            </div>
          }
        />
      )}
    </main>
  )
}
