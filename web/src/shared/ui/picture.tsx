import { useState } from 'react'
import type { ProductImage } from '@/api/types'
import { Lantern } from './lantern'
import { cx } from './classes'

/** A product photo in the sizes the server made; a lantern stands in while there is none. */
export function Picture({ image, alt, sizes = '160px', eager, className }: { image?: ProductImage | null | undefined; alt: string; sizes?: string; eager?: boolean; className?: string }) {
  const [failed, setFailed] = useState<string | null>(null)
  if (!image || failed === image.url) {
    return (
      <div {...(alt ? { role: 'img', 'aria-label': alt } : { 'aria-hidden': true })} className={cx('bokeh grid place-items-center', className)}>
        <Lantern className="w-1/3 max-w-16 opacity-80" />
      </div>
    )
  }
  const set = Object.entries(image.sizes ?? {})
    .filter(([width]) => /^\d+$/.test(width))
    .map(([width, url]) => `${url} ${width}w`)
    .join(', ')
  return (
    <img
      src={image.sizes?.['320'] ?? image.url}
      srcSet={set || undefined}
      sizes={set ? sizes : undefined}
      alt={alt}
      loading={eager ? 'eager' : 'lazy'}
      decoding="async"
      onError={() => setFailed(image.url)}
      className={cx('bg-raised object-cover', className)}
    />
  )
}
