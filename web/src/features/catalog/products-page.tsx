import { useInfiniteQuery } from '@tanstack/react-query'
import { SearchX } from 'lucide-react'
import { useSearchParams } from 'react-router'
import { productsQuery, type ProductFilter } from '@/shared/data/queries'
import { useTitle } from '@/shared/hooks/title'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Empty, Failure } from '@/shared/ui/empty'
import { ProductGrid } from '@/shared/ui/product-card'
import { ProductFilters } from './product-filters'
import { GridSkeleton } from './grid-skeleton'

function filterOf(params: URLSearchParams): ProductFilter {
  const filter: ProductFilter = { sort: params.get('sort') ?? 'newest' }
  const words = params.get('q')
  const category = params.get('category')
  if (words) filter.q = words
  if (category) filter.category = category
  if (params.get('in_stock') === 'true') filter.in_stock = true
  return filter
}

export default function ProductsPage() {
  const t = useT()
  useTitle(t('products.title'))
  const [params, setParams] = useSearchParams()
  const filter = filterOf(params)
  const list = useInfiniteQuery({ ...productsQuery(filter), placeholderData: (old) => old })
  const products = list.data?.pages.flatMap((page) => page.items) ?? []
  const change = (name: string, value: string | null) => {
    const next = new URLSearchParams(params)
    if (value) next.set(name, value)
    else next.delete(name)
    setParams(next, { replace: true })
  }
  return (
    <div className="page-width grid gap-5 py-5">
      <h1 className="text-2xl">{t('products.title')}</h1>
      <ProductFilters params={params} onChange={change} />
      {list.isPending ? <GridSkeleton /> : null}
      {list.isError ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isSuccess && products.length === 0 ? (
        <Empty
          icon={<SearchX aria-hidden />}
          title={t('products.empty')}
          text={t('products.empty-text')}
          action={
            <Button look="secondary" onClick={() => setParams({}, { replace: true })}>
              {t('products.clear')}
            </Button>
          }
        />
      ) : null}
      <div aria-busy={list.isPlaceholderData} className={list.isPlaceholderData ? 'opacity-60' : undefined}>
        <ProductGrid products={products} />
      </div>
      {list.hasNextPage ? (
        <Button look="secondary" className="mx-auto" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('action.more')}
        </Button>
      ) : null}
    </div>
  )
}
