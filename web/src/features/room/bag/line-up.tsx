import { PackageOpen, Search } from 'lucide-react'
import { useState } from 'react'
import type { StreamItem } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { cx } from '@/shared/ui/classes'
import { Price } from '@/shared/ui/money'
import { Picture } from '@/shared/ui/picture'
import { StockLeft } from '@/shared/ui/stock-left'
import { priceOf, usualPrice } from '../claiming'
import { ClaimButton } from '../pin/claim-button'
import { useLive } from '../room-context'

function Row({ item }: { item: StreamItem }) {
  const t = useT()
  return (
    <li className={cx('flex gap-3 rounded-card border p-2.5', item.pinned ? 'border-lantern/60 bg-lantern/8' : 'border-line bg-surface')}>
      <div className="relative shrink-0">
        <Picture image={item.product.images[0]} alt="" sizes="80px" className="size-20 rounded-xl" />
        <span className="absolute top-1 left-1 rounded-md bg-amber px-1.5 text-xs leading-5 font-extrabold text-ink">{item.code}</span>
      </div>
      <div className="grid min-w-0 grow content-between gap-1">
        <div>
          <h3 className="line-clamp-2 text-sm leading-snug font-semibold">{item.product.title}</h3>
          <div className="flex flex-wrap items-center gap-x-2">
            <Price now={priceOf(item)} usual={usualPrice(item)} />
            <StockLeft available={item.available} />
            {item.first_paid ? <span className="text-xs font-semibold text-gold">{t('room.first-paid')}</span> : null}
            {item.limit_per_buyer ? <span className="text-xs text-muted">{t('room.limit', { count: item.limit_per_buyer })}</span> : null}
          </div>
        </div>
        <div className="flex flex-wrap items-center justify-between gap-2">
          {item.pinned ? <Badge tone="live">{t('room.now-showing')}</Badge> : <span />}
          <div className="ml-auto">
            <ClaimButton item={item} compact />
          </div>
        </div>
      </div>
    </li>
  )
}

const matches = (item: StreamItem, words: string) => `${item.code} ${item.product.title}`.toLowerCase().includes(words.trim().toLowerCase())

export function LineUp() {
  const t = useT()
  const items = useLive((state) => state.items)
  const [words, setWords] = useState('')
  const found = items.filter((item) => matches(item, words)).sort((a, b) => Number(b.pinned) - Number(a.pinned))
  if (items.length === 0) {
    return (
      <div className="grid justify-items-center gap-3 py-12 text-center text-muted">
        <PackageOpen aria-hidden className="size-9 text-gold" />
        {t('room.no-items')}
      </div>
    )
  }
  return (
    <div className="grid gap-3">
      {items.length > 4 ? (
        <div className="relative">
          <Search aria-hidden className="pointer-events-none absolute top-1/2 left-4 size-4.5 -translate-y-1/2 text-muted" />
          <input
            type="search"
            value={words}
            aria-label={t('room.search-code')}
            placeholder={t('room.search-code')}
            onChange={(event) => setWords(event.target.value)}
            className="min-h-11 w-full rounded-pill border border-line bg-raised pr-4 pl-11 text-base placeholder:text-muted"
          />
        </div>
      ) : null}
      {found.length === 0 ? <p className="py-8 text-center text-muted">{t('room.no-match')}</p> : null}
      <ul className="grid gap-2.5">
        {found.map((item) => (
          <Row key={item.id} item={item} />
        ))}
      </ul>
    </div>
  )
}
