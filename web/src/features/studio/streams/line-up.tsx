import { useQuery } from '@tanstack/react-query'
import { ListPlus, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { Button, IconButton } from '@/shared/ui/button'
import { Empty, Failure } from '@/shared/ui/empty'
import { Price } from '@/shared/ui/money'
import { notify } from '@/shared/ui/notice'
import { Picture } from '@/shared/ui/picture'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { StockLeft } from '@/shared/ui/stock-left'
import { itemsQuery, useItemChange } from '../api/streams'
import type { LineUpItem, ShopStream } from '../api/types'
import { Card } from '../parts/card'
import { useMay } from '../shop-context'
import { AddItemsSheet } from './add-items-sheet'
import { ItemSheet } from './item-sheet'
import { itemPrice, itemUsual } from './item-price'

function Row({ item, editable, onEdit, onRemove }: { item: LineUpItem; editable: boolean; onEdit: () => void; onRemove: () => void }) {
  const t = useT()
  return (
    <li className="flex items-center gap-3 py-3">
      <div className="relative shrink-0">
        <Picture image={item.product.images[0]} alt="" sizes="64px" className="size-16 rounded-xl" />
        <span className="tabular absolute -top-1 -left-1 rounded-md bg-amber px-1.5 text-[13px] leading-5.5 font-extrabold text-ink">{item.code}</span>
      </div>
      <div className="min-w-0 grow">
        <p className="line-clamp-2 text-[15px] leading-snug font-medium">{item.product.title}</p>
        <div className="flex flex-wrap items-center gap-x-2.5 text-sm">
          <Price now={itemPrice(item)} usual={itemUsual(item)} />
          <StockLeft available={item.available} />
          {item.stock !== null ? <span className="text-xs text-muted">{t('studio.set-aside', { count: item.stock })}</span> : null}
          {item.mode === 'turn' ? <Badge>{t('studio.item-mode.turn')}</Badge> : null}
          {item.first_paid ? <Badge tone="gold">{t('studio.first-paid')}</Badge> : null}
          {item.limit_per_buyer ? <span className="text-xs text-muted">{t('room.limit', { count: item.limit_per_buyer })}</span> : null}
        </div>
      </div>
      {editable ? (
        <div className="flex shrink-0">
          <IconButton label={`${t('action.edit')}: ${item.code}`} onClick={onEdit}>
            <Pencil aria-hidden className="size-4.5" />
          </IconButton>
          <IconButton label={`${t('action.delete')}: ${item.code}`} onClick={onRemove} className="-mr-2 hidden sm:grid">
            <Trash2 aria-hidden className="size-4.5" />
          </IconButton>
        </div>
      ) : null}
    </li>
  )
}

/** What the show sells, in the order it will be shown. */
export function LineUp({ show }: { show: ShopStream }) {
  const t = useT()
  const problem = useProblemText()
  const mayRun = useMay('run')
  const items = useQuery(itemsQuery(show.id))
  const change = useItemChange(show.id)
  const [adding, setAdding] = useState(false)
  const [edited, setEdited] = useState<LineUpItem | null>(null)
  const editable = mayRun && show.state !== 'ended'
  const list = items.data?.items ?? []
  const add = editable ? (
    <Button size="small" className="min-h-11" icon={<ListPlus aria-hidden className="size-4.5" />} onClick={() => setAdding(true)}>
      {t('studio.add-items')}
    </Button>
  ) : null
  const drop = (item: LineUpItem) => change.mutate({ item: item.id, words: null }, { onError: (error) => notify(problem(error), 'failed') })
  return (
    <Card title={t('room.line-up')} aside={list.length > 0 ? add : null}>
      {items.isPending ? <ListSkeleton rows={4} className="h-16" /> : null}
      {items.isError && !items.data ? <Failure error={items.error} onRetry={() => void items.refetch()} /> : null}
      {items.isSuccess && list.length === 0 ? <Empty icon={<ListPlus aria-hidden />} title={t('studio.line-up-empty')} text={t('studio.line-up-empty-text')} action={add} /> : null}
      <ol className="divide-y divide-line">
        {list.map((item) => (
          <Row key={item.id} item={item} editable={editable} onEdit={() => setEdited(item)} onRemove={() => drop(item)} />
        ))}
      </ol>
      {adding ? <AddItemsSheet streamId={show.id} taken={list.map((item) => item.product.id)} onClose={() => setAdding(false)} /> : null}
      {edited ? <ItemSheet streamId={show.id} item={edited} onClose={() => setEdited(null)} /> : null}
    </Card>
  )
}
