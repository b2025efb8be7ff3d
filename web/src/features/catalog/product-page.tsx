import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { Link, useParams } from 'react-router'
import { put } from '@/api/client'
import type { Product, Variant } from '@/api/types'
import { keys } from '@/shared/data/keys'
import { productQuery } from '@/shared/data/queries'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useTitle } from '@/shared/hooks/title'
import { useT } from '@/shared/i18n/store'
import { formatMoney } from '@/shared/format/format'
import { Button } from '@/shared/ui/button'
import { Failure } from '@/shared/ui/empty'
import { notify } from '@/shared/ui/notice'
import { OptionChooser } from '@/shared/ui/option-chooser'
import { inStock, priceRange } from '@/shared/ui/product-card'
import { StockLeft } from '@/shared/ui/stock-left'
import { Stepper } from '@/shared/ui/stepper'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { Gallery } from './gallery'

function useAddToBag() {
  const t = useT()
  const text = useProblemText()
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ variant, quantity }: { variant: Variant; quantity: number }) => put(`/cart/lines/${variant.id}`, { quantity }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.cart })
      notify(t('product.added'), 'done')
    },
    onError: (error) => notify(text(error), 'failed'),
  })
}

function Buy({ product }: { product: Product }) {
  const t = useT()
  const only = product.variants.length === 1 ? (product.variants[0] ?? null) : null
  const [chosen, setChosen] = useState<Variant | null>(null)
  const [quantity, setQuantity] = useState(1)
  const options = useRef<HTMLDivElement>(null)
  const add = useAddToBag()
  const variant = only ?? chosen
  const range = priceRange(product)
  const most = Math.max(1, Math.min(20, variant?.available ?? 20))
  const addThese = () => {
    if (variant) add.mutate({ variant, quantity: Math.min(quantity, most) })
    else options.current?.scrollIntoView({ behavior: 'smooth', block: 'center' })
  }
  const price = variant ? formatMoney(variant.price) : range ? (range.varies ? t('price.from', { price: formatMoney(range.low) }) : formatMoney(range.low)) : ''
  const soldOut = variant ? variant.available <= 0 : !inStock(product)
  return (
    <div className="grid gap-6">
      <p className="flex flex-wrap items-baseline gap-3">
        <span className="tabular text-3xl font-extrabold text-ember">{price}</span>
        {variant ? <StockLeft available={variant.available} className="text-sm" /> : null}
      </p>
      {only ? null : (
        <div ref={options} className="scroll-mt-24">
          <OptionChooser variants={product.variants} value={null} onChange={setChosen} />
        </div>
      )}
      <div className="sticky bottom-16 z-10 -mx-4 flex items-center gap-3 border-t border-line bg-ground/95 px-4 py-3 backdrop-blur md:static md:mx-0 md:border-0 md:p-0">
        <Stepper value={Math.min(quantity, most)} max={most} disabled={soldOut} onChange={setQuantity} />
        <Button wide size="large" busy={add.isPending} disabled={soldOut} onClick={addThese}>
          {t(soldOut ? 'stock.out' : variant ? 'product.add' : 'room.choose')}
        </Button>
      </div>
    </div>
  )
}

export default function ProductPage() {
  const t = useT()
  const { id = '' } = useParams()
  const { data: product, error, refetch } = useQuery(productQuery(id))
  useTitle(product?.title)
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!product) {
    return (
      <div className="page-width grid gap-6 py-5 md:grid-cols-2">
        <ListSkeleton rows={1} className="aspect-square" />
        <ListSkeleton rows={4} className="h-14" />
      </div>
    )
  }
  return (
    <article className="page-width grid items-start gap-6 py-5 md:grid-cols-2 md:gap-10">
      <Gallery images={product.images} title={product.title} />
      <div className="grid gap-5">
        <header>
          <h1 className="text-2xl md:text-3xl">{product.title}</h1>
          {product.shop ? (
            <Link to={`/shops/${product.shop.slug}`} className="mt-1 inline-flex min-h-11 items-center text-link hover:underline">
              {t('product.sold-by', { shop: product.shop.name })}
            </Link>
          ) : null}
        </header>
        <Buy key={product.id} product={product} />
        {product.description ? (
          <section>
            <h2 className="mb-2 text-lg">{t('product.description')}</h2>
            <p className="whitespace-pre-line text-text/90">{product.description}</p>
          </section>
        ) : null}
      </div>
    </article>
  )
}
