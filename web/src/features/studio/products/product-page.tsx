import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { useT } from '@/shared/i18n/store'
import { Failure } from '@/shared/ui/empty'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { shopProductQuery } from '../api/products'
import { PageHead } from '../parts/page-head'
import { studioPaths } from '../paths'
import { useShop } from '../shop-context'
import { ProductForm } from './product-form'

export function ProductPage() {
  const t = useT()
  const shop = useShop()
  const { id = 'new' } = useParams()
  const isNew = id === 'new'
  const product = useQuery({ ...shopProductQuery(id), enabled: !isNew, refetchOnWindowFocus: false })
  return (
    <div className="mx-auto grid max-w-4xl gap-4">
      <PageHead title={t(isNew ? 'studio.new-product' : 'studio.edit-product')} back={studioPaths.products(shop.slug)} />
      {isNew ? <ProductForm key="new" /> : null}
      {!isNew && product.isPending ? <ListSkeleton rows={3} className="h-48" /> : null}
      {!isNew && product.isError && !product.data ? <Failure error={product.error} onRetry={() => void product.refetch()} /> : null}
      {!isNew && product.data ? <ProductForm key={product.data.id} product={product.data} /> : null}
    </div>
  )
}
