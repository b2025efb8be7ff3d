import { useState } from 'react'
import { cx } from './classes'
import { Lantern } from './lantern'

/** The picture of a show; without one, lanterns in the dark. */
export function Poster({ src, title, eager, moving }: { src: string | null; title: string; eager?: boolean; moving?: boolean }) {
  const [failed, setFailed] = useState(false)
  if (!src || failed) {
    return (
      <div className={cx('bokeh grid size-full place-items-center', moving && 'animate-drift')}>
        <Lantern className="mb-10 w-1/4 opacity-90" />
      </div>
    )
  }
  return (
    <img
      src={src}
      alt={title}
      loading={eager ? 'eager' : 'lazy'}
      fetchPriority={eager ? 'high' : 'auto'}
      decoding="async"
      onError={() => setFailed(true)}
      className={cx('size-full object-cover transition-transform duration-250 group-hover:scale-[1.03]', moving && 'animate-drift')}
    />
  )
}
