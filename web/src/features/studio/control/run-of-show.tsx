import { ListOrdered, ListPlus, Pencil, Pin, PinOff, SkipForward } from 'lucide-react'
import { useState } from 'react'
import type { StreamItem } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { Button, IconButton } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { Price } from '@/shared/ui/money'
import { Picture } from '@/shared/ui/picture'
import { StockLeft } from '@/shared/ui/stock-left'
import type { LineUpItem } from '../api/types'
import { useMay } from '../shop-context'
import { AddItemsSheet } from '../streams/add-items-sheet'
import { itemPrice, itemUsual } from '../streams/item-price'
import { ItemSheet } from '../streams/item-sheet'
import { useFloor, useRoomPart, useShowClaims } from './floor-context'
import { Panel } from './panel'
import { nextItem, usePinKeys } from './use-pin-keys'
import { usePinning } from './use-pinning'

interface RowProps {
  item: StreamItem
  place: number
  claimed: number
  mayRun: boolean
  onPin: (id: string | null) => void
  onEdit: (item: StreamItem) => void
}

function Row({ item, place, claimed, mayRun, onPin, onEdit }: RowProps) {
  const t = useT()
  return (
    <li className={cx('flex items-center gap-2.5 rounded-xl border p-2', item.pinned ? 'border-lantern bg-lantern/12' : 'border-transparent hover:bg-raised')}>
      <kbd aria-hidden className="tabular hidden w-5 shrink-0 text-center font-sans text-xs text-muted xl:block">
        {place <= 10 ? place % 10 : ''}
      </kbd>
      <div className="relative shrink-0">
        <Picture image={item.product.images[0]} alt="" sizes="48px" className="size-12 rounded-lg" />
        <span className="tabular absolute -top-1 -left-1 rounded-md bg-amber px-1 text-[11px] leading-4.5 font-extrabold text-ink">{item.code}</span>
      </div>
      <div className="min-w-0 grow">
        <p className="truncate text-sm leading-snug font-semibold">{item.product.title}</p>
        <div className="flex flex-wrap items-baseline gap-x-2 text-sm">
          <Price now={itemPrice(item)} usual={itemUsual(item)} />
          <StockLeft available={item.available} />
          {claimed > 0 ? <span className="tabular text-xs font-semibold text-leaf">{t('studio.claimed-count', { count: claimed })}</span> : null}
        </div>
      </div>
      {mayRun ? (
        <>
          <IconButton label={`${t('action.edit')}: ${item.code}`} onClick={() => onEdit(item)} className="-mr-1.5 text-muted">
            <Pencil aria-hidden className="size-4" />
          </IconButton>
          <Button size="small" look={item.pinned ? 'danger' : 'secondary'} className="min-h-11 min-w-22 px-3 whitespace-nowrap" aria-pressed={item.pinned} icon={item.pinned ? <PinOff aria-hidden className="size-4" /> : <Pin aria-hidden className="size-4" />} onClick={() => onPin(item.pinned ? null : item.id)}>
            {t(item.pinned ? 'studio.unpin' : 'studio.pin')}
          </Button>
        </>
      ) : null}
    </li>
  )
}

/** The line-up as the script of the show. */
export function RunOfShow({ className }: { className?: string }) {
  const t = useT()
  const mayRun = useMay('run')
  const { room, show } = useFloor()
  const items = useRoomPart((state) => state.items)
  const pinned = useRoomPart((state) => state.pinned)
  const { claims } = useShowClaims()
  const [adding, setAdding] = useState(false)
  const [edited, setEdited] = useState<StreamItem | null>(null)
  const pin = usePinning()
  const canPin = mayRun && show.state !== 'ended'
  usePinKeys(room, canPin && !adding && !edited, pin)
  const ids = items.map((item) => item.id)
  const taken = (id: string) => claims.filter((claim) => claim.item_id === id && (claim.state === 'held' || claim.state === 'ordered')).reduce((sum, claim) => sum + claim.quantity, 0)
  const aside = canPin ? (
    <span className="flex items-center gap-1">
      <IconButton label={t('studio.add-items')} onClick={() => setAdding(true)}>
        <ListPlus aria-hidden className="size-5" />
      </IconButton>
      <Button size="small" className="min-h-10 whitespace-nowrap" disabled={items.length === 0} icon={<SkipForward aria-hidden className="size-4" />} onClick={() => pin(nextItem(ids, pinned))}>
        {t('studio.pin-next')}
      </Button>
    </span>
  ) : null
  return (
    <Panel title={t('studio.run-of-show')} icon={<ListOrdered aria-hidden />} aside={aside} fill className={className ?? ''}>
      <ol className="-mx-1.5 grid min-h-0 grow content-start gap-1 overflow-y-auto overscroll-contain">
        {items.length === 0 ? <li className="px-2 py-6 text-center text-sm text-muted">{t('studio.line-up-empty-text')}</li> : null}
        {items.map((item, index) => (
          <Row key={item.id} item={item} place={index + 1} claimed={taken(item.id)} mayRun={canPin} onPin={pin} onEdit={setEdited} />
        ))}
      </ol>
      {canPin ? <p className="mt-2 hidden text-xs text-muted xl:block">{t('studio.keys-hint')}</p> : null}
      {adding ? <AddItemsSheet streamId={show.id} taken={items.map((item) => item.product.id)} onClose={() => setAdding(false)} /> : null}
      {edited ? <ItemSheet streamId={show.id} item={edited as LineUpItem} onClose={() => setEdited(null)} /> : null}
    </Panel>
  )
}
