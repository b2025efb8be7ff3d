import { useInfiniteQuery } from '@tanstack/react-query'
import { Check, Search } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { formatMoney } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button, ButtonLink } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { Empty, Failure } from '@/shared/ui/empty'
import { Notice } from '@/shared/ui/notice'
import { Picture } from '@/shared/ui/picture'
import { priceRange } from '@/shared/ui/product-card'
import { Sheet } from '@/shared/ui/sheet'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { StockLeft } from '@/shared/ui/stock-left'
import { shelfQuery } from '../api/products'
import { useAddItems } from '../api/streams'
import type { ShopProduct } from '../api/types'
import { MoreButton } from '../parts/more-button'
import { studioPaths } from '../paths'
import { useShop } from '../shop-context'

function Choice({ product, chosen, taken, onToggle }: { product: ShopProduct; chosen: number; taken: boolean; onToggle: () => void }) {
  const t = useT()
  const price = priceRange(product)
  return (
    <button
      type="button"
      aria-pressed={chosen > 0}
      disabled={taken}
      onClick={onToggle}
      className={cx('flex w-full items-center gap-3 rounded-card border p-2.5 text-left transition-colors disabled:opacity-55', chosen > 0 ? 'border-lantern bg-lantern/10' : 'border-line')}
    >
      <Picture image={product.images[0]} alt="" sizes="56px" className="size-14 shrink-0 rounded-xl" />
      <span className="min-w-0 grow">
        <span className="line-clamp-2 leading-snug font-medium">{product.title}</span>
        <span className="flex flex-wrap gap-x-2 text-sm">
          {price ? <span className="tabular font-semibold">{formatMoney(price.low)}</span> : null}
          <StockLeft available={product.variants.reduce((sum, variant) => sum + variant.available, 0)} />
          {taken ? <span className="text-muted">{t('studio.in-line-up')}</span> : null}
        </span>
      </span>
      <span aria-hidden className={cx('tabular grid size-7 shrink-0 place-items-center rounded-full text-sm font-bold', chosen > 0 ? 'bg-lantern text-on-lantern' : 'border-2 border-line')}>
        {chosen > 0 ? chosen : taken ? <Check className="size-4" /> : null}
      </span>
    </button>
  )
}

/** Picks products for the line-up, in the order they are tapped; the server gives the codes. */
export function AddItemsSheet({ streamId, taken, onClose }: { streamId: string; taken: string[]; onClose: () => void }) {
  const t = useT()
  const problem = useProblemText()
  const shop = useShop()
  const [words, setWords] = useState('')
  const [chosen, setChosen] = useState<string[]>([])
  const q = useDeferredValue(words.trim())
  const list = useInfiniteQuery(shelfQuery(shop.id, { status: 'active', ...(q && { q }) }))
  const add = useAddItems(streamId)
  const products = list.data?.pages.flatMap((page) => page.items) ?? []
  const toggle = (id: string) => setChosen((ids) => (ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]))
  return (
    <Sheet
      title={t('studio.add-items')}
      onClose={onClose}
      footer={
        <div className="grid gap-2 pb-1">
          {add.isError ? <Notice kind="failed">{problem(add.error)}</Notice> : null}
          <Button wide busy={add.isPending} disabled={chosen.length === 0} onClick={() => add.mutate(chosen, { onSuccess: onClose })}>
            {t('studio.add-count', { count: chosen.length })}
          </Button>
        </div>
      }
    >
      <div className="grid gap-3">
        <div className="relative">
          <Search aria-hidden className="pointer-events-none absolute top-1/2 left-4 size-4.5 -translate-y-1/2 text-muted" />
          <input type="search" value={words} aria-label={t('products.search')} placeholder={t('products.search')} onChange={(event) => setWords(event.target.value)} className="min-h-11 w-full rounded-pill border border-line bg-raised pr-4 pl-11 text-base placeholder:text-muted" />
        </div>
        {list.isPending ? <ListSkeleton rows={4} className="h-20" /> : null}
        {list.isError && !list.data ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : null}
        {list.isSuccess && products.length === 0 ? (
          <Empty icon={<Search aria-hidden />} title={t(q ? 'products.empty' : 'studio.no-products')} action={q ? undefined : <ButtonLink to={studioPaths.product(shop.slug, 'new')}>{t('studio.new-product')}</ButtonLink>} />
        ) : null}
        {products.map((product) => (
          <Choice key={product.id} product={product} chosen={chosen.indexOf(product.id) + 1} taken={taken.includes(product.id)} onToggle={() => toggle(product.id)} />
        ))}
        <MoreButton pages={list} />
      </div>
    </Sheet>
  )
}
