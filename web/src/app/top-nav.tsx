import { Search, Store, UserRound } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { Link, NavLink } from 'react-router'
import { useBagCount } from '@/shared/data/cart'
import { useT } from '@/shared/i18n/store'
import { askSignIn } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { Wordmark } from '@/shared/ui/lantern'
import { BagIcon } from './bag-badge'

const Bell = lazy(() => import('@/features/inbox/bell'))

const tab = ({ isActive }: { isActive: boolean }) =>
  cx('inline-flex min-h-11 items-center rounded-pill px-3.5 text-sm font-semibold transition-colors hover:bg-raised', isActive ? 'text-ember' : 'text-muted')

export function TopNav() {
  const t = useT()
  const { status, user } = useSession()
  const count = useBagCount()
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-ground/90 backdrop-blur-lg">
      <div className="page-width flex h-15 items-center gap-1">
        <Link to="/" className="mr-auto md:mr-4">
          <Wordmark />
        </Link>
        <nav aria-label={t('nav.main')} className="mr-auto hidden items-center md:flex">
          <NavLink to="/" end className={tab}>
            {t('nav.home')}
          </NavLink>
          <NavLink to="/products" className={tab}>
            {t('nav.products')}
          </NavLink>
          <NavLink to="/orders" className={tab}>
            {t('nav.orders')}
          </NavLink>
        </nav>
        <Link to="/products" aria-label={t('nav.search')} className="grid size-11 place-items-center rounded-full text-muted hover:bg-raised md:hidden">
          <Search aria-hidden className="size-5.5" />
        </Link>
        <Link to="/studio" className="hidden min-h-11 items-center gap-2 rounded-pill px-3.5 text-sm font-semibold text-muted hover:bg-raised md:inline-flex">
          <Store aria-hidden className="size-5" />
          {t('nav.studio')}
        </Link>
        <Link to="/bag" aria-label={t('nav.bag-count', { count })} className="hidden size-11 place-items-center rounded-full hover:bg-raised md:grid">
          <BagIcon className="size-5.5" />
        </Link>
        {status === 'user' ? (
          <Suspense fallback={<span className="size-11" />}>
            <Bell />
          </Suspense>
        ) : null}
        {status === 'user' ? (
          <Link to="/account" className="hidden min-h-11 max-w-44 items-center gap-2 rounded-pill pr-3.5 pl-2 text-sm font-semibold hover:bg-raised md:inline-flex">
            <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-full bg-raised text-gold">
              <UserRound className="size-4.5" />
            </span>
            <span className="truncate">{user?.display_name}</span>
          </Link>
        ) : status === 'guest' ? (
          <Button size="small" onClick={() => askSignIn()}>
            {t('nav.login')}
          </Button>
        ) : null}
      </div>
    </header>
  )
}
