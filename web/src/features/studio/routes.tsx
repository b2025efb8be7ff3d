import { lazy, Suspense } from 'react'
import type { RouteObject } from 'react-router'
import { BuyersPage } from './buyers/buyers-page'
import { ControlSkeleton } from './control/control-skeleton'
import { HomePage } from './home/home-page'
import { OpenShopPage } from './home/open-shop-page'
import { OverviewPage } from './home/overview-page'
import { OrderPage } from './orders/order-page'
import { OrdersPage } from './orders/orders-page'
import { PageBoundary } from './parts/page-boundary'
import { ProductPage } from './products/product-page'
import { ProductsPage } from './products/products-page'
import { SettingsPage } from './settings/settings-page'
import { ShopGate } from './shop-gate'
import { SignInGate } from './sign-in-gate'
import { ShowPage } from './streams/show-page'
import { ShowsPage } from './streams/shows-page'
import { StudioShell } from './studio-shell'

/** Its own piece of code: it brings the player and the room. The rest comes in one piece, so that a seller on a bad line can move about. */
const loadControl = () => import('./control/control-page')
const Control = lazy(loadControl)
const Broadcast = lazy(() => import('./broadcast/broadcast-page'))
const preload = () => void loadControl().catch(() => undefined)
if ('requestIdleCallback' in window) requestIdleCallback(preload, { timeout: 4000 })
else setTimeout(preload, 1500)

const control = (
  <PageBoundary>
    <Suspense fallback={<ControlSkeleton />}>
      <Control />
    </Suspense>
  </PageBoundary>
)

const broadcast = (
  <PageBoundary>
    <Suspense fallback={<ControlSkeleton />}>
      <Broadcast />
    </Suspense>
  </PageBoundary>
)

/** Every screen under `/studio`. The control room has the whole window to itself. */
export const studioRoutes: RouteObject[] = [
  {
    element: <SignInGate />,
    children: [
      {
        element: <StudioShell />,
        children: [
          { index: true, element: <HomePage /> },
          { path: 'new', element: <OpenShopPage /> },
        ],
      },
      {
        path: ':slug',
        element: <ShopGate />,
        children: [
          {
            element: <StudioShell />,
            children: [
              { index: true, element: <OverviewPage /> },
              { path: 'products', element: <ProductsPage /> },
              { path: 'products/:id', element: <ProductPage /> },
              { path: 'shows', element: <ShowsPage /> },
              { path: 'shows/:id', element: <ShowPage /> },
              { path: 'orders', element: <OrdersPage /> },
              { path: 'orders/:id', element: <OrderPage /> },
              { path: 'buyers', element: <BuyersPage /> },
              { path: 'settings', element: <SettingsPage /> },
            ],
          },
          { path: 'shows/:id/control', element: control },
          { path: 'shows/:id/broadcast', element: broadcast },
        ],
      },
    ],
  },
]
