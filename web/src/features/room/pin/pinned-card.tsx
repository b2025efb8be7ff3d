import { useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { Price } from '@/shared/ui/money'
import { optionText } from '@/shared/ui/option-chooser'
import { Picture } from '@/shared/ui/picture'
import { StockLeft } from '@/shared/ui/stock-left'
import { priceOf, usualPrice } from '../claiming'
import { useLive } from '../room-context'
import { ClaimButton } from './claim-button'

/** What the host is showing now. Slides in again whenever the host pins something. */
export function PinnedCard({ wide }: { wide?: boolean }) {
  const t = useT()
  const item = useLive((state) => state.items.find((row) => row.id === state.pinned))
  const turn = useLive((state) => state.pinnedAt)
  if (!item) return null
  const only = item.product.variants.length === 1 ? optionText(item.product.variants[0]?.options) : ''
  return (
    <section
      key={`${item.id}-${turn}`}
      aria-label={t('room.now-showing')}
      className={cx('flex animate-pin items-stretch gap-3 rounded-card border border-white/12 bg-[#171127]/92 p-2.5 text-white shadow-card backdrop-blur-md', wide ? 'w-full max-w-md' : 'w-full')}
    >
      <div className="relative shrink-0">
        <Picture image={item.product.images[0]} alt={item.product.title} sizes="96px" eager className="size-24 rounded-xl" />
        <span className="absolute top-1.5 left-1.5 rounded-lg bg-amber px-2 py-0.5 text-sm leading-5 font-extrabold text-ink">{item.code}</span>
      </div>
      <div className="flex min-w-0 grow flex-col justify-between gap-1.5">
        <div className="min-w-0">
          <h2 className="truncate text-[15px] font-semibold">
            {item.product.title}
            {only ? <span className="text-white/75"> {only}</span> : null}
          </h2>
          <div className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5">
            <Price now={priceOf(item)} usual={usualPrice(item)} className="text-lg" />
            <StockLeft available={item.available} />
            {item.first_paid ? <span className="text-xs font-semibold text-amber">{t('room.first-paid')}</span> : null}
          </div>
        </div>
        <div>
          <ClaimButton item={item} />
        </div>
      </div>
    </section>
  )
}
