import { ChevronRight, Store, UserRound } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { Link } from 'react-router'
import { useTitle } from '@/shared/hooks/title'
import { needCatalog, useT } from '@/shared/i18n/store'
import { askSignIn } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'
import { StepUpDoor } from '@/shared/account/step-up-door'
import { Button } from '@/shared/ui/button'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { Addresses } from './addresses'
import { Card } from './card'
import { Leave } from './leave'
import { Preferences } from './preferences'
import { Privacy } from './privacy'
import { Profile } from './profile'
import { SecurityCard } from './security'
import { Sessions } from './sessions'

const Told = lazy(async () => (await Promise.all([import('./told/told'), needCatalog('inbox')]))[0])

function StudioLink() {
  const t = useT()
  return (
    <Link to="/studio" className="flex items-center gap-4 rounded-card border border-line bg-surface p-5 transition-colors hover:border-muted/50">
      <span aria-hidden className="grid size-11 place-items-center rounded-full bg-lantern/15 text-ember">
        <Store className="size-5.5" />
      </span>
      <span className="grow">
        <span className="block font-bold">{t('account.studio')}</span>
        <span className="block text-sm text-muted">{t('account.studio-text')}</span>
      </span>
      <ChevronRight aria-hidden className="size-5 text-muted" />
    </Link>
  )
}

export default function AccountHome() {
  const t = useT()
  useTitle(t('account.title'))
  const { status, user } = useSession()
  return (
    <div className="page-width grid max-w-3xl gap-4 py-5">
      <h1 className="text-2xl">{t('account.title')}</h1>
      {status === 'guest' ? (
        <Card>
          <div className="grid justify-items-center gap-3 py-4 text-center">
            <span aria-hidden className="grid size-20 place-items-center rounded-full bg-raised text-gold">
              <UserRound className="size-9" />
            </span>
            <h2 className="text-lg">{t('account.guest')}</h2>
            <p className="text-muted">{t('auth.lead')}</p>
            <Button size="large" onClick={() => askSignIn()}>
              {t('nav.login')}
            </Button>
          </div>
        </Card>
      ) : null}
      {user ? <Profile user={user} /> : null}
      <Preferences />
      {user ? (
        <Suspense fallback={<ListSkeleton rows={1} className="h-96" />}>
          <Told />
        </Suspense>
      ) : null}
      {user ? <Privacy user={user} /> : null}
      <StudioLink />
      {user ? (
        <>
          <Addresses />
          <SecurityCard user={user} />
          <Sessions />
          <Leave user={user} />
          <StepUpDoor />
        </>
      ) : null}
    </div>
  )
}
