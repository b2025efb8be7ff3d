import { lazy, Suspense } from 'react'
import { Route, Routes, useRoutes } from 'react-router'
import { needCatalog } from '@/shared/i18n/store'
import { NotFound } from './not-found'
import { PageSkeleton } from './page-skeleton'
import { Shell } from './shell'

const Home = lazy(() => import('@/features/home/home-page'))

/** The studio: its screens live in `features/studio`, its words in the `studio` catalog; both load on the first visit. */
const Studio = lazy(async () => {
  const [{ studioRoutes }] = await Promise.all([import('@/features/studio/routes'), needCatalog('studio')])
  return {
    default: function StudioRoutes() {
      return useRoutes(studioRoutes)
    },
  }
})

export function AppRoutes() {
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Routes>
        <Route path="studio/*" element={<Studio />} />
        <Route element={<Shell />}>
          <Route index element={<Home />} />
          <Route path="*" element={<NotFound />} />
        </Route>
      </Routes>
    </Suspense>
  )
}
