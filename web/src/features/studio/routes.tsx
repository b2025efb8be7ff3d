import { lazy, Suspense } from 'react'
import type { RouteObject } from 'react-router'
import { ControlSkeleton } from './control/control-skeleton'
import { SignInGate } from './sign-in-gate'
import { ShopGate } from './shop-gate'
import { StudioShell } from './studio-shell'

const Home = lazy(() => import('./home/home-page'))
const OpenShop = lazy(() => import('./home/open-shop-page'))
const Overview = lazy(() => import('./home/overview-page'))
const Products = lazy(() => import('./products/products-page'))
const Product = lazy(() => import('./products/product-page'))
const Shows = lazy(() => import('./streams/shows-page'))
const Show = lazy(() => import('./streams/show-page'))
const Control = lazy(() => import('./control/control-page'))
const Orders = lazy(() => import('./orders/orders-page'))
const Order = lazy(() => import('./orders/order-page'))
const Settings = lazy(() => import('./settings/settings-page'))

/** Every screen under `/studio`. The control room has the whole window to itself. */
export const studioRoutes: RouteObject[] = [
  {
    element: <SignInGate />,
    children: [
      {
        element: <StudioShell />,
        children: [
          { index: true, element: <Home /> },
          { path: 'new', element: <OpenShop /> },
        ],
      },
      {
        path: ':slug',
        element: <ShopGate />,
        children: [
          {
            element: <StudioShell />,
            children: [
              { index: true, element: <Overview /> },
              { path: 'products', element: <Products /> },
              { path: 'products/:id', element: <Product /> },
              { path: 'shows', element: <Shows /> },
              { path: 'shows/:id', element: <Show /> },
              { path: 'orders', element: <Orders /> },
              { path: 'orders/:id', element: <Order /> },
              { path: 'settings', element: <Settings /> },
            ],
          },
          {
            path: 'shows/:id/control',
            element: (
              <Suspense fallback={<ControlSkeleton />}>
                <Control />
              </Suspense>
            ),
          },
        ],
      },
    ],
  },
]
