import { useState, type ReactNode } from 'react'
import type { StreamItem } from '@/api/types'
import { formatMoney } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { SelectField } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { OptionChooser } from '@/shared/ui/option-chooser'
import { Sheet } from '@/shared/ui/sheet'
import { Stepper } from '@/shared/ui/stepper'
import { itemPrice } from '../streams/item-price'
import { useRoomPart } from './floor-context'

export interface Wish {
  item: StreamItem
  variantId: string | null
  quantity: number
}
interface Props {
  name: string
  text: string
  start: { itemId: string | null; variantId?: string | null; quantity: number }
  busy: boolean
  error: unknown
  /** Whom it is for, where that is not settled yet; nothing is claimed before it is. */
  buyer?: { picker: ReactNode; isChosen: boolean } | undefined
  onClaim: (wish: Wish) => void
  onClose: () => void
}

/** What a comment means, proposed: a helper corrects it and confirms. */
export function ClaimSheet({ name, text, start, busy, error, buyer, onClaim, onClose }: Props) {
  const t = useT()
  const problem = useProblemText()
  const items = useRoomPart((state) => state.items)
  const pinned = useRoomPart((state) => state.pinned)
  const [itemId, setItemId] = useState(start.itemId ?? pinned ?? items[0]?.id ?? '')
  const [quantity, setQuantity] = useState(start.quantity)
  const [variantId, setVariantId] = useState<string | null>(start.variantId ?? null)
  const item = items.find((row) => row.id === itemId)
  const many = (item?.product.variants.length ?? 0) > 1
  return (
    <Sheet
      title={t('studio.claim-for-name', { name })}
      onClose={onClose}
      footer={
        <div className="pb-1">
          <Button wide size="large" busy={busy} disabled={!item || (many && !variantId) || buyer?.isChosen === false} onClick={() => item && onClaim({ item, variantId, quantity })}>
            {item ? t('studio.claim-confirm', { code: item.code, count: quantity, price: formatMoney({ ...itemPrice(item), amount: itemPrice(item).amount * quantity }) }) : t('room.claim')}
          </Button>
        </div>
      }
    >
      <div className="grid gap-4">
        <p className="rounded-xl bg-raised px-4 py-3">{text}</p>
        <div className="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-3">
          <SelectField
            label={t('studio.item')}
            value={itemId}
            onChange={(event) => {
              setItemId(event.target.value)
              setVariantId(null)
            }}
          >
            {items.map((row) => (
              <option key={row.id} value={row.id}>
                {row.code} · {row.product.title}
              </option>
            ))}
          </SelectField>
          <Stepper value={quantity} max={99} onChange={setQuantity} />
        </div>
        {item && many ? <OptionChooser key={item.id} variants={item.product.variants} value={variantId} allowSoldOut onChange={(variant) => setVariantId(variant?.id ?? null)} /> : null}
        {buyer?.picker}
        {error ? <Notice kind="failed">{problem(error)}</Notice> : null}
      </div>
    </Sheet>
  )
}
