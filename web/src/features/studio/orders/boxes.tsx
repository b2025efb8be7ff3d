import { useQuery } from '@tanstack/react-query'
import { Package } from 'lucide-react'
import type { Box } from '@/api/types'
import { formatDate } from '@/shared/format/format'
import { useLocale, useT } from '@/shared/i18n/store'
import { Empty, Failure } from '@/shared/ui/empty'
import { Money } from '@/shared/ui/money'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { shopBoxesQuery } from '../api/orders'
import { useShop } from '../shop-context'

function Row({ box }: { box: Box & { buyer?: { display_name: string } | null } }) {
  const t = useT()
  const locale = useLocale()
  const shop = useShop()
  const goods = { ...box.subtotal, amount: box.subtotal.amount + box.ordered.amount }
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-1.5 rounded-card border border-line bg-surface p-4">
      <div className="flex items-center gap-3">
        <span className="min-w-0 grow truncate font-semibold">{box.buyer?.display_name ?? t('room.someone')}</span>
        <span className="text-sm text-muted">{t('box.until', { date: formatDate(box.expires_at, locale, 'short', shop.market) })}</span>
      </div>
      <p className="line-clamp-2 text-[15px]">{box.lines.map((line) => `${line.code} ${line.title} ×${line.quantity}`).join(' · ')}</p>
      <div className="flex items-baseline justify-between gap-3 text-sm text-muted">
        <span>{t('checkout.items', { count: box.lines.reduce((sum, line) => sum + line.quantity, 0) })}</span>
        <Money value={goods} className="text-lg font-bold text-text" />
      </div>
    </li>
  )
}

/** Goods that buyers let gather, to be sent together later. */
export function Boxes() {
  const t = useT()
  const shop = useShop()
  const list = useQuery(shopBoxesQuery(shop.id))
  if (list.isPending) return <ListSkeleton rows={3} className="h-28" />
  if (list.isError && !list.data) return <Failure error={list.error} onRetry={() => void list.refetch()} />
  if (list.data.items.length === 0) return <Empty icon={<Package aria-hidden />} title={t('studio.no-boxes')} text={t(shop.selling.box_days ? 'studio.no-boxes-text' : 'studio.boxes-off')} />
  return (
    <ul className="grid grid-cols-[minmax(0,1fr)] gap-2.5 lg:grid-cols-2">
      {list.data.items.map((box) => (
        <Row key={box.id} box={box} />
      ))}
    </ul>
  )
}
