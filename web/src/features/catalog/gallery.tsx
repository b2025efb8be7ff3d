import { useRef, useState } from 'react'
import type { ProductImage } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { Picture } from '@/shared/ui/picture'

/** Pictures to swipe through; the row below jumps to one. */
export function Gallery({ images, title }: { images: ProductImage[]; title: string }) {
  const t = useT()
  const strip = useRef<HTMLUListElement>(null)
  const [shown, setShown] = useState(0)
  const go = (index: number) => strip.current?.children[index]?.scrollIntoView({ behavior: 'smooth', block: 'nearest', inline: 'start' })
  if (images.length < 2) return <Picture image={images[0]} alt={title} sizes="(min-width: 768px) 560px, 100vw" eager className="aspect-4/3 w-full rounded-3xl md:aspect-square" />
  const onScroll = () => {
    const node = strip.current
    if (node) setShown(Math.round(node.scrollLeft / node.clientWidth))
  }
  return (
    <div className="grid gap-3">
      <ul ref={strip} onScroll={onScroll} tabIndex={0} aria-label={title} className="no-scrollbar flex snap-x snap-mandatory overflow-x-auto rounded-3xl">
        {images.map((image, index) => (
          <li key={image.id} className="w-full shrink-0 snap-start">
            <Picture image={image} alt={`${title} · ${t('product.image', { number: index + 1, count: images.length })}`} sizes="(min-width: 768px) 560px, 100vw" eager={index === 0} className="aspect-4/3 w-full md:aspect-square" />
          </li>
        ))}
      </ul>
      <div className="no-scrollbar flex gap-2 overflow-x-auto p-0.5">
        {images.map((image, index) => (
          <button
            key={image.id}
            type="button"
            aria-label={t('product.image', { number: index + 1, count: images.length })}
            aria-current={index === shown}
            onClick={() => go(index)}
            className={cx('shrink-0 overflow-hidden rounded-xl border-2', index === shown ? 'border-lantern' : 'border-transparent opacity-70')}
          >
            <Picture image={image} alt="" sizes="64px" className="size-16" />
          </button>
        ))}
      </div>
    </div>
  )
}
