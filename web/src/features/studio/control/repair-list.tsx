import { MessageSquareWarning, X } from 'lucide-react'
import { useState } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useI18n, useT, type MessageId } from '@/shared/i18n/store'
import { Button, IconButton } from '@/shared/ui/button'
import { notify } from '@/shared/ui/notice'
import { optionText } from '@/shared/ui/option-chooser'
import { useSettleRepair, type Settlement } from '../api/repair'
import type { Repair } from '../api/types'
import { BuyerPicker } from './buyer-picker'
import { ClaimSheet } from './claim-sheet'
import { useFloor, useRoomPart } from './floor-context'
import { fixesOf } from './fixes'
import { guessOrder } from './guess-order'

const nameOf = (repair: Repair, someone: string) => repair.buyer?.display_name ?? repair.author_name ?? someone

function Row({ repair, busy, onSettle, onOpen }: { repair: Repair; busy: boolean; onSettle: (settlement: Settlement) => void; onOpen: () => void }) {
  const t = useT()
  const items = useRoomPart((state) => state.items)
  const fixes = fixesOf(repair, items)
  const id = `room.unsure.${repair.reason}` as MessageId
  const reason = repair.reason === 'needs_variant' ? t('room.answer.which') : id in useI18n.getState().messages ? t(id) : null
  const since = repair.claimed_since.map((claim) => `${claim.code} ×${claim.quantity}`).join(', ')
  const name = nameOf(repair, t('room.someone'))
  return (
    <li className="grid animate-rise gap-1.5 py-2.5">
      <div className="flex items-start gap-2">
        <div className="min-w-0 grow">
          <p className="truncate text-[13px] text-muted">
            {name}
            {reason ? <span> · {reason}</span> : null}
          </p>
          <p className="text-sm leading-snug font-semibold">{repair.text}</p>
          {since ? <p className="text-[13px] text-leaf">{t('studio.repair-since', { what: since })}</p> : null}
        </div>
        <IconButton label={`${t('studio.repair-dismiss')}: ${name}`} disabled={busy} onClick={() => onSettle({ action: 'dismiss' })} className="-mt-1 -mr-2 text-muted">
          <X aria-hidden className="size-4.5" />
        </IconButton>
      </div>
      {repair.buyer ? (
        <div className="flex flex-wrap gap-1.5">
          {fixes.map(({ item, variant, quantity }) => (
            <Button key={`${item.id}-${variant.id}`} size="small" className="min-h-11" disabled={busy} onClick={() => onSettle({ action: 'claim', item_id: item.id, variant_id: variant.id, quantity })}>
              {item.code} {optionText(variant.options)} ×{quantity}
            </Button>
          ))}
          <Button size="small" look="secondary" className="min-h-11" disabled={busy} onClick={onOpen}>
            {t(fixes.length > 0 ? 'studio.repair-other' : 'studio.repair-choose')}
          </Button>
        </div>
      ) : (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <p className="text-[13px] text-muted">{t('studio.repair-no-account')}</p>
          <Button size="small" look="secondary" className="min-h-11" disabled={busy} onClick={onOpen}>
            {t('studio.repair-for-buyer')}
          </Button>
        </div>
      )}
    </li>
  )
}

/** Comments that may be orders: one tap where the meaning is clear to a human eye, two where it has to be chosen, one to put it aside. */
export function RepairList({ repairs }: { repairs: readonly Repair[] }) {
  const t = useT()
  const problem = useProblemText()
  const { show } = useFloor()
  const items = useRoomPart((state) => state.items)
  const pinned = useRoomPart((state) => state.pinned)
  const settle = useSettleRepair(show.id)
  const [opened, setOpened] = useState<Repair | null>(null)
  const [buyer, setBuyer] = useState<string | null>(null)
  const open = (repair: Repair) => {
    setBuyer(null)
    settle.reset()
    setOpened(repair)
  }
  const act = (repair: Repair, settlement: Settlement, sheet = false) =>
    settle.mutate(
      { message: repair.message_id, settlement },
      {
        onSuccess: () => {
          if (settlement.action === 'claim') notify(t('studio.claim-made', { name: nameOf(repair, t('room.someone')) }), 'done')
          setOpened(null)
        },
        onError: (error) => (sheet ? undefined : notify(problem(error), 'failed')),
      },
    )
  const guess = opened ? (opened.proposal[0] ? { itemId: opened.proposal[0].item_id ?? null, variantId: opened.proposal[0].variant_id ?? null, quantity: opened.proposal[0].quantity ?? 1 } : null) : null
  const read = opened && !guess ? guessOrder(opened.text, items, pinned) : null
  return (
    <>
      {repairs.length === 0 ? (
        <p className="grid justify-items-center gap-2 py-6 text-center text-sm text-muted">
          <MessageSquareWarning aria-hidden className="size-6 text-leaf" />
          {t('studio.repair-empty')}
        </p>
      ) : null}
      <ul className="min-h-0 divide-y divide-line overflow-y-auto overscroll-contain">
        {repairs.map((repair) => (
          <Row key={repair.id} repair={repair} busy={settle.isPending && settle.variables.message === repair.message_id} onSettle={(settlement) => act(repair, settlement)} onOpen={() => open(repair)} />
        ))}
      </ul>
      {opened ? (
        <ClaimSheet
          name={nameOf(opened, t('room.someone'))}
          text={opened.text}
          start={guess ?? { itemId: read?.item?.id ?? null, quantity: read?.quantity ?? 1 }}
          busy={settle.isPending}
          error={settle.error}
          buyer={opened.buyer ? undefined : { picker: <BuyerPicker author={opened.author_name ?? ''} value={buyer} onChange={setBuyer} />, isChosen: buyer !== null }}
          onClose={() => setOpened(null)}
          onClaim={({ item, variantId, quantity }) => act(opened, { action: 'claim', item_id: item.id, quantity, ...(variantId && { variant_id: variantId }), ...(buyer && { buyer_id: buyer }) }, true)}
        />
      ) : null}
    </>
  )
}
