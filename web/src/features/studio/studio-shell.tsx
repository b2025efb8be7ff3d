import { WifiOff } from 'lucide-react'
import { useContext, useEffect } from 'react'
import { Outlet, useLocation } from 'react-router'
import { useOnline } from '@/shared/hooks/online'
import { useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { PageBoundary } from './parts/page-boundary'
import { ShopContext } from './shop-context'
import { PhoneHeader, PhoneTabs, SideNav } from './studio-nav'

export function OfflineBar() {
  const t = useT()
  if (useOnline()) return null
  return (
    <p role="status" className="flex items-center justify-center gap-2 bg-amber px-4 py-2 text-center text-sm font-semibold text-ink">
      <WifiOff aria-hidden className="size-4 shrink-0" />
      {t('state.offline')}
    </p>
  )
}

/** Side navigation on a desk, tabs under the thumb on a phone. */
export function StudioShell() {
  const t = useT()
  const shop = useContext(ShopContext)
  const { pathname } = useLocation()
  useEffect(() => {
    void scrollTo(0, 0)
  }, [pathname])
  return (
    <div className="md:grid md:min-h-dvh md:grid-cols-[15.5rem_minmax(0,1fr)]">
      <a href="#main" className="sr-only z-50 focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:rounded-pill focus:bg-lantern focus:px-4 focus:py-2 focus:text-on-lantern">
        {t('nav.skip')}
      </a>
      <SideNav />
      <div className="flex min-h-dvh min-w-0 flex-col">
        <PhoneHeader />
        <OfflineBar />
        <main id="main" tabIndex={-1} className={cx('mx-auto w-full max-w-6xl grow px-4 py-5 outline-none md:px-8 md:py-8', shop && 'pb-24')}>
          <PageBoundary key={pathname}>
            <Outlet />
          </PageBoundary>
        </main>
        {shop ? <PhoneTabs /> : null}
      </div>
    </div>
  )
}
