import { useState } from 'react'
import { useT } from '@/shared/i18n/store'
import type { ChatMessage } from '@/shared/realtime/frames'
import { notify } from '@/shared/ui/notice'
import { useSettleRepair } from '../api/repair'
import { useClaimFor } from '../api/show-floor'
import { ClaimSheet, type Wish } from './claim-sheet'
import { useFloor, useRepairs, useRoomPart } from './floor-context'
import { guessOrder } from './guess-order'

/** Makes a claim out of any comment: item and quantity are guessed, one tap confirms. */
export function ClaimForSheet({ message, onClose }: { message: ChatMessage; onClose: () => void }) {
  const t = useT()
  const { show } = useFloor()
  const items = useRoomPart((state) => state.items)
  const pinned = useRoomPart((state) => state.pinned)
  const [guess] = useState(() => guessOrder(message.text, items, pinned))
  const claim = useClaimFor(show.id)
  // A comment that waits on the repair list is settled there, so that nobody claims it a second time.
  const listed = useRepairs().some((repair) => repair.message_id === message.id)
  const settle = useSettleRepair(show.id)
  const done = (words: 'studio.claim-waits' | 'studio.claim-made') => {
    notify(t(words, { name: message.user.name }), 'done')
    onClose()
  }
  const submit = ({ item, variantId, quantity }: Wish) => {
    const wish = { item_id: item.id, quantity, ...(variantId && { variant_id: variantId }) }
    if (listed) settle.mutate({ message: message.id, settlement: { action: 'claim', ...wish } }, { onSuccess: () => done('studio.claim-made') })
    else claim.mutate({ ...wish, buyer_id: message.user.id }, { onSuccess: ({ claim: made }) => done(made.state === 'waitlisted' ? 'studio.claim-waits' : 'studio.claim-made') })
  }
  return (
    <ClaimSheet
      name={message.user.name}
      text={message.text}
      start={{ itemId: guess?.item?.id ?? null, quantity: guess?.quantity ?? 1 }}
      busy={claim.isPending || settle.isPending}
      error={claim.error ?? settle.error}
      onClose={onClose}
      onClaim={submit}
    />
  )
}
