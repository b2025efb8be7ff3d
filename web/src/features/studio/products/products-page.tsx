import { useInfiniteQuery } from '@tanstack/react-query'
import { Package, Plus, Search } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { Link } from 'react-router'
import { formatMoney } from '@/shared/format/format'
import { useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'
import { Empty, Failure } from '@/shared/ui/empty'
import { Picture } from '@/shared/ui/picture'
import { priceRange } from '@/shared/ui/product-card'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { StockLeft } from '@/shared/ui/stock-left'
import { Tabs } from '@/shared/ui/tabs'
import { shelfQuery, type ProductStatus } from '../api/products'
import type { ShopProduct } from '../api/types'
import { MoreButton } from '../parts/more-button'
import { PageHead } from '../parts/page-head'
import { studioPaths } from '../paths'
import { useMay, useShop } from '../shop-context'

const STATUSES: ProductStatus[] = ['active', 'draft', 'archived']

function Row({ product }: { product: ShopProduct }) {
  const t = useT()
  const shop = useShop()
  const price = priceRange(product)
  const units = product.variants.reduce((sum, variant) => sum + variant.available, 0)
  return (
    <Link to={studioPaths.product(shop.slug, product.id)} className="flex items-center gap-3.5 rounded-card border border-line bg-surface p-3 transition-colors hover:border-muted/60">
      <Picture image={product.images[0]} alt="" sizes="64px" className="size-16 shrink-0 rounded-xl" />
      <span className="min-w-0 grow">
        <span className="line-clamp-2 leading-snug font-semibold">{product.title}</span>
        <span className="flex flex-wrap items-center gap-x-2.5">
          <StockLeft available={units} />
          {product.variants.length > 1 ? <span className="text-xs text-muted">{t('studio.variant-count', { count: product.variants.length })}</span> : null}
        </span>
      </span>
      {price ? <span className="tabular shrink-0 text-right font-bold">{price.varies ? t('price.from', { price: formatMoney(price.low) }) : formatMoney(price.low)}</span> : null}
    </Link>
  )
}

export function ProductsPage() {
  const t = useT()
  const shop = useShop()
  const mayEdit = useMay('edit')
  const [words, setWords] = useState('')
  const [status, setStatus] = useState<ProductStatus>('active')
  const q = useDeferredValue(words.trim())
  const list = useInfiniteQuery(shelfQuery(shop.id, { status, ...(q && { q }) }))
  const products = list.data?.pages.flatMap((page) => page.items) ?? []
  const add = mayEdit ? (
    <ButtonLink to={studioPaths.product(shop.slug, 'new')} icon={<Plus aria-hidden className="size-5" />}>
      {t('studio.new-product')}
    </ButtonLink>
  ) : null
  return (
    <div className="grid gap-4">
      <PageHead title={t('studio.nav.products')}>{add}</PageHead>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3 sm:grid-cols-[minmax(0,1fr)_auto] sm:items-center">
        <div className="relative">
          <Search aria-hidden className="pointer-events-none absolute top-1/2 left-4 size-4.5 -translate-y-1/2 text-muted" />
          <input
            type="search"
            value={words}
            maxLength={100}
            aria-label={t('products.search')}
            placeholder={t('products.search')}
            onChange={(event) => setWords(event.target.value)}
            className="min-h-11 w-full rounded-pill border border-line bg-surface pr-4 pl-11 text-base placeholder:text-muted"
          />
        </div>
        <Tabs name="status" label={t('studio.status')} value={status} onChange={setStatus} tabs={STATUSES.map((id) => ({ id, label: t(`studio.status.${id}`) }))} />
      </div>
      <div id="status-panel" role="tabpanel" aria-labelledby={`status-${status}`} className="grid grid-cols-[minmax(0,1fr)] gap-3">
        {list.isPending ? <ListSkeleton rows={5} className="h-22" /> : null}
        {list.isError && !list.data ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : null}
        {list.isSuccess && products.length === 0 ? (
          q ? (
            <Empty icon={<Search aria-hidden />} title={t('products.empty')} text={t('products.empty-text')} />
          ) : (
            <Empty icon={<Package aria-hidden />} title={t('studio.no-products')} text={t('studio.no-products-text')} action={status === 'active' ? add : undefined} />
          )
        ) : null}
        <ul className="grid grid-cols-[minmax(0,1fr)] gap-2.5 lg:grid-cols-2">
          {products.map((product) => (
            <li key={product.id}>
              <Row product={product} />
            </li>
          ))}
        </ul>
        <MoreButton pages={list} />
      </div>
    </div>
  )
}
