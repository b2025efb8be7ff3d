import { House, ReceiptText, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { NavLink } from 'react-router'
import { useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { BagIcon } from './bag-badge'

function Item({ to, label, icon }: { to: string; label: string; icon: ReactNode }) {
  return (
    <NavLink
      to={to}
      end={to === '/'}
      className={({ isActive }) => cx('grid min-h-15 flex-1 place-items-center content-center gap-0.5 text-[11px] font-semibold transition-colors', isActive ? 'text-ember' : 'text-muted')}
    >
      {icon}
      <span>{label}</span>
    </NavLink>
  )
}

export function BottomNav() {
  const t = useT()
  return (
    <nav aria-label={t('nav.main')} className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-surface/92 pb-[env(safe-area-inset-bottom)] backdrop-blur-lg md:hidden">
      <Item to="/" label={t('nav.home')} icon={<House aria-hidden className="size-6" />} />
      <Item to="/orders" label={t('nav.orders')} icon={<ReceiptText aria-hidden className="size-6" />} />
      <Item to="/bag" label={t('nav.bag')} icon={<BagIcon className="size-6" />} />
      <Item to="/account" label={t('nav.account')} icon={<UserRound aria-hidden className="size-6" />} />
    </nav>
  )
}
