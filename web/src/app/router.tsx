import { lazy, Suspense } from 'react'
import { Route, Routes, useRoutes } from 'react-router'
import { needCatalog } from '@/shared/i18n/store'
import { PageSkeleton } from './page-skeleton'

const Shell = lazy(() => import('./shell'))
const NotFound = lazy(() => import('./not-found'))
const Home = lazy(() => import('@/features/home/home-page'))
const Room = lazy(() => import('@/features/room/room-page'))
const Products = lazy(() => import('@/features/catalog/products-page'))
const Product = lazy(() => import('@/features/catalog/product-page'))
const Shop = lazy(() => import('@/features/catalog/shop-page'))
const Bag = lazy(() => import('@/features/bag/bag-page'))
const Payment = lazy(() => import('@/features/orders/payment-page'))
const Orders = lazy(() => import('@/features/orders/orders-page'))
const Order = lazy(() => import('@/features/orders/order-page'))
const Overlay = lazy(() => import('@/features/overlay/overlay-page'))
const BoxPage = lazy(() => import('@/features/bag/box-page'))
const Inbox = lazy(() => import('@/features/inbox/inbox-page'))
const Account = lazy(() => import('@/features/account/account-page'))

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
        <Route path="live/:id" element={<Room />} />
        <Route path="overlay/:token" element={<Overlay />} />
        <Route element={<Shell />}>
          <Route index element={<Home />} />
          <Route path="products" element={<Products />} />
          <Route path="products/:id" element={<Product />} />
          <Route path="shops/:slug" element={<Shop />} />
          <Route path="bag" element={<Bag />} />
          <Route path="pay/:orderId" element={<Payment />} />
          <Route path="payments/:paymentId" element={<Payment />} />
          <Route path="orders" element={<Orders />} />
          <Route path="orders/:id" element={<Order />} />
          <Route path="boxes/:id" element={<BoxPage />} />
          <Route path="account/*" element={<Account />} />
          <Route path="notifications" element={<Inbox />} />
          <Route path="*" element={<NotFound />} />
        </Route>
      </Routes>
    </Suspense>
  )
}
