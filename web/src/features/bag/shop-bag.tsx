import { Package, Store } from 'lucide-react'
import { Link } from 'react-router'
import type { CartShop } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { openCheckout } from '@/shared/session/overlays'
import { Button } from '@/shared/ui/button'
import { FreeShipping } from '@/shared/ui/free-shipping'
import { Money } from '@/shared/ui/money'
import { HeldRow } from './held-row'
import { LineRow } from './line-row'

export function ShopBag({ group }: { group: CartShop }) {
  const t = useT()
  const { shop, claims, lines, subtotal, box } = group
  const payable = claims.some((claim) => claim.state === 'held') || lines.some((line) => line.available > 0)
  return (
    <section className="overflow-hidden rounded-card border border-line bg-surface">
      <h2 className="border-b border-line px-4 py-1 text-base">
        <Link to={`/shops/${shop.slug}`} className="inline-flex min-h-11 items-center gap-2 hover:text-ember">
          <Store aria-hidden className="size-4.5 text-gold" />
          {shop.name}
        </Link>
      </h2>
      {claims.length > 0 ? (
        <div className="px-4 pt-3">
          <h3 className="text-sm font-medium text-muted">{t('bag.held')}</h3>
          <ul className="divide-y divide-line">
            {claims.map((claim) => (
              <HeldRow key={claim.id} claim={claim} />
            ))}
          </ul>
        </div>
      ) : null}
      {lines.length > 0 ? (
        <div className="px-4 pt-3">
          {claims.length > 0 ? <h3 className="text-sm font-medium text-muted">{t('bag.lines')}</h3> : null}
          <ul className="divide-y divide-line">
            {lines.map((line) => (
              <LineRow key={line.variant_id} line={line} />
            ))}
          </ul>
        </div>
      ) : null}
      <footer className="grid gap-3 bg-raised/60 px-4 py-3.5">
        <FreeShipping subtotal={box ? { ...subtotal, amount: subtotal.amount + box.ordered.amount } : subtotal} from={group.free_shipping_from} />
        {box ? (
          <Link to={`/boxes/${box.id}`} className="inline-flex min-h-11 items-center gap-2 font-medium text-link hover:underline">
            <Package aria-hidden className="size-4.5" />
            {t('box.see')}
          </Link>
        ) : null}
        <div className="flex flex-wrap items-center justify-between gap-3">
          <span>
            <span className="text-sm text-muted">{t('bag.subtotal')}</span>
            <Money value={subtotal} className="ml-2 text-xl font-extrabold" />
          </span>
          <Button className="grow sm:grow-0 sm:px-8" disabled={!payable} onClick={() => openCheckout({ shopId: shop.id })}>
            {t('bag.checkout')}
          </Button>
        </div>
      </footer>
    </section>
  )
}
