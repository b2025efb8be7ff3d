import { useState } from 'react'
import { formatMoney } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import type { ChatMessage } from '@/shared/realtime/frames'
import { Button } from '@/shared/ui/button'
import { SelectField } from '@/shared/ui/field'
import { Notice, notify } from '@/shared/ui/notice'
import { OptionChooser } from '@/shared/ui/option-chooser'
import { Sheet } from '@/shared/ui/sheet'
import { Stepper } from '@/shared/ui/stepper'
import { useClaimFor } from '../api/show-floor'
import { itemPrice } from '../streams/item-price'
import { useFloor, useRoomPart } from './floor-context'
import { guessOrder } from './guess-order'

/** Makes a claim out of a comment that the machine did not take as one: item and quantity are guessed, one tap confirms. */
export function ClaimForSheet({ message, onClose }: { message: ChatMessage; onClose: () => void }) {
  const t = useT()
  const problem = useProblemText()
  const { show } = useFloor()
  const items = useRoomPart((state) => state.items)
  const pinned = useRoomPart((state) => state.pinned)
  const [guess] = useState(() => guessOrder(message.text, items, pinned))
  const [itemId, setItemId] = useState(guess?.item?.id ?? pinned ?? items[0]?.id ?? '')
  const [quantity, setQuantity] = useState(guess?.quantity ?? 1)
  const [variantId, setVariantId] = useState<string | null>(null)
  const claim = useClaimFor(show.id)
  const item = items.find((row) => row.id === itemId)
  const many = (item?.product.variants.length ?? 0) > 1
  const submit = () => {
    if (!item) return
    claim.mutate(
      { item_id: item.id, quantity, buyer_id: message.user.id, ...(variantId && { variant_id: variantId }) },
      {
        onSuccess: ({ claim: made }) => {
          notify(t(made.state === 'waitlisted' ? 'studio.claim-waits' : 'studio.claim-made', { name: message.user.name }), 'done')
          onClose()
        },
      },
    )
  }
  return (
    <Sheet
      title={t('studio.claim-for-name', { name: message.user.name })}
      onClose={onClose}
      footer={
        <div className="pb-1">
          <Button wide size="large" busy={claim.isPending} disabled={!item || (many && !variantId)} onClick={submit}>
            {item ? t('studio.claim-confirm', { code: item.code, count: quantity, price: formatMoney({ ...itemPrice(item), amount: itemPrice(item).amount * quantity }) }) : t('room.claim')}
          </Button>
        </div>
      }
    >
      <div className="grid gap-4">
        <p className="rounded-xl bg-raised px-4 py-3">{message.text}</p>
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
        {claim.isError ? <Notice kind="failed">{problem(claim.error)}</Notice> : null}
      </div>
    </Sheet>
  )
}
