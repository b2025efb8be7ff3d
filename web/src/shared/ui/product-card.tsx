import { Link } from 'react-router'
import type { Money as Amount, Product } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { formatMoney } from '@/shared/format/format'
import { Badge } from './badge'
import { Picture } from './picture'

export function priceRange(product: Product): { low: Amount; varies: boolean } | null {
  const prices = product.variants.map((variant) => variant.price)
  const [first] = prices
  if (!first) return null
  const low = prices.reduce((least, price) => (price.amount < least.amount ? price : least), first)
  return { low, varies: prices.some((price) => price.amount !== low.amount) }
}

export const inStock = (product: Product) => product.variants.some((variant) => variant.available > 0)

export function ProductCard({ product, eager, heading: Heading }: { product: Product; eager?: boolean; heading: 'h2' | 'h3' }) {
  const t = useT()
  const price = priceRange(product)
  return (
    <article className="group">
      <Link to={`/products/${product.id}`} className="block rounded-card">
        <div className="relative overflow-hidden rounded-card">
          <Picture
            image={product.images[0]}
            alt={product.title}
            sizes="(min-width: 1024px) 240px, (min-width: 640px) 30vw, 46vw"
            eager={eager ?? false}
            className="aspect-square w-full transition-transform duration-250 group-hover:scale-[1.03]"
          />
          {inStock(product) ? null : (
            <Badge tone="glass" className="absolute top-2.5 left-2.5">
              {t('stock.out')}
            </Badge>
          )}
        </div>
        <Heading className="mt-2 line-clamp-2 text-[15px] leading-snug font-medium">{product.title}</Heading>
        {price ? <p className="tabular mt-0.5 font-bold text-ember">{price.varies ? t('price.from', { price: formatMoney(price.low) }) : formatMoney(price.low)}</p> : null}
      </Link>
    </article>
  )
}

export function ProductGrid({ products, heading = 'h2' }: { products: Product[]; heading?: 'h2' | 'h3' }) {
  return (
    <ul className="grid grid-cols-2 gap-x-3 gap-y-6 sm:grid-cols-3 sm:gap-x-4 lg:grid-cols-5">
      {products.map((product, index) => (
        <li key={product.id}>
          <ProductCard heading={heading} product={product} eager={index < 2} />
        </li>
      ))}
    </ul>
  )
}
