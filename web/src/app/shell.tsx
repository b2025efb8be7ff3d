import { Suspense, useEffect } from 'react'
import { Outlet, useLocation, useNavigationType } from 'react-router'
import { useT } from '@/shared/i18n/store'
import { Banners } from './banners'
import { BottomNav } from './bottom-nav'
import { PageSkeleton } from './page-skeleton'
import { TopNav } from './top-nav'

function useScrollToTop() {
  const { pathname } = useLocation()
  const kind = useNavigationType()
  useEffect(() => {
    if (kind !== 'POP') scrollTo(0, 0)
  }, [pathname, kind])
}

export default function Shell() {
  const t = useT()
  useScrollToTop()
  return (
    <div className="flex min-h-dvh flex-col">
      <a href="#main" className="sr-only z-50 focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:rounded-pill focus:bg-lantern focus:px-4 focus:py-2 focus:text-on-lantern">
        {t('nav.skip')}
      </a>
      <TopNav />
      <Banners />
      <main id="main" tabIndex={-1} className="grow pb-24 outline-none md:pb-12">
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </main>
      <BottomNav />
    </div>
  )
}
