import { ShoppingBag } from 'lucide-react'
import { useBagCount } from '@/shared/data/cart'

export function BagIcon({ className }: { className?: string }) {
  const count = useBagCount()
  return (
    <span className="relative">
      <ShoppingBag aria-hidden className={className} />
      {count > 0 ? (
        <span className="tabular absolute -top-1.5 -right-2 grid h-4.5 min-w-4.5 place-items-center rounded-full bg-lantern px-1 text-[11px] leading-none font-bold text-on-lantern">
          {count > 99 ? '99+' : count}
        </span>
      ) : null}
    </span>
  )
}
