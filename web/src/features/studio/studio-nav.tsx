import { ArrowLeftRight, House, LayoutDashboard, Package, ReceiptText, Settings, UsersRound, Video } from 'lucide-react'
import { useContext } from 'react'
import { Link, NavLink } from 'react-router'
import { useT } from '@/shared/i18n/store'
import { useUser } from '@/shared/session/session'
import { cx } from '@/shared/ui/classes'
import { Wordmark } from '@/shared/ui/lantern'
import { studioPaths } from './paths'
import { ShopContext } from './shop-context'

const PLACES = [
  { id: 'overview', path: studioPaths.shop, Icon: LayoutDashboard },
  { id: 'products', path: studioPaths.products, Icon: Package },
  { id: 'shows', path: studioPaths.shows, Icon: Video },
  { id: 'orders', path: studioPaths.orders, Icon: ReceiptText },
  { id: 'buyers', path: studioPaths.buyers, Icon: UsersRound },
  { id: 'settings', path: studioPaths.settings, Icon: Settings },
] as const

const link = 'flex min-h-11 items-center gap-3 rounded-xl px-3.5 text-[15px] font-semibold transition-colors'

export function SideNav() {
  const t = useT()
  const shop = useContext(ShopContext)
  const user = useUser()
  return (
    <aside className="sticky top-0 hidden h-dvh flex-col gap-1 border-r border-line bg-surface p-4 md:flex">
      <Link to="/" className="mb-4 rounded-xl px-2 py-1">
        <Wordmark />
      </Link>
      {shop ? (
        <>
          <div className="mb-3 rounded-xl bg-raised px-3.5 py-2.5">
            <p className="line-clamp-2 leading-snug font-bold">{shop.name}</p>
            <p className="text-sm text-muted">
              {t(`market.${shop.market}`)} · {t(`studio.role.${(shop.my_role ?? 'packer') as 'owner'}`)}
            </p>
          </div>
          <nav aria-label={t('studio.title')} className="grid gap-1">
            {PLACES.map(({ id, path, Icon }) => (
              <NavLink key={id} to={path(shop.slug)} end={id === 'overview'} className={({ isActive }) => cx(link, isActive ? 'bg-lantern/12 text-ember' : 'text-muted hover:bg-raised hover:text-text')}>
                <Icon aria-hidden className="size-5" />
                {t(`studio.nav.${id}`)}
              </NavLink>
            ))}
          </nav>
        </>
      ) : null}
      <div className="mt-auto grid gap-1">
        {shop ? (
          <Link to={studioPaths.home} className={cx(link, 'text-muted hover:bg-raised')}>
            <ArrowLeftRight aria-hidden className="size-5" />
            {t('studio.your-shops')}
          </Link>
        ) : null}
        <Link to="/" className={cx(link, 'text-muted hover:bg-raised')}>
          <House aria-hidden className="size-5" />
          {t('action.go-home')}
        </Link>
        {user ? <p className="truncate px-3.5 pt-2 text-sm text-muted">{user.display_name}</p> : null}
      </div>
    </aside>
  )
}

export function PhoneHeader() {
  const t = useT()
  const shop = useContext(ShopContext)
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center gap-2 border-b border-line bg-ground/92 px-4 backdrop-blur-lg md:hidden">
      <Link to={shop ? studioPaths.home : '/'} className="min-w-0 grow truncate py-2 font-bold">
        {shop?.name ?? t('studio.title')}
      </Link>
      {shop ? (
        <NavLink to={studioPaths.settings(shop.slug)} aria-label={t('studio.nav.settings')} className={({ isActive }) => cx('grid size-11 place-items-center rounded-full', isActive ? 'text-ember' : 'text-muted')}>
          <Settings aria-hidden className="size-5.5" />
        </NavLink>
      ) : null}
      <Link to="/" aria-label={t('action.go-home')} className="-mr-2 grid size-11 place-items-center rounded-full text-muted">
        <House aria-hidden className="size-5.5" />
      </Link>
    </header>
  )
}

export function PhoneTabs() {
  const t = useT()
  const shop = useContext(ShopContext)
  if (!shop) return null
  return (
    <nav aria-label={t('studio.title')} className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-surface/95 pb-[env(safe-area-inset-bottom)] backdrop-blur-lg md:hidden">
      {PLACES.filter(({ id }) => id !== 'settings').map(({ id, path, Icon }) => (
        <NavLink key={id} to={path(shop.slug)} end={id === 'overview'} className={({ isActive }) => cx('grid min-h-15 flex-1 place-items-center content-center gap-0.5 text-[11px] font-semibold', isActive ? 'text-ember' : 'text-muted')}>
          <Icon aria-hidden className="size-6" />
          <span>{t(`studio.nav.${id}`)}</span>
        </NavLink>
      ))}
    </nav>
  )
}
