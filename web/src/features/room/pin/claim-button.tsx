import { Check, Hourglass } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { Claim, StreamItem } from '@/api/types'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { openCheckout } from '@/shared/session/overlays'
import { Button, ButtonLink } from '@/shared/ui/button'
import { Countdown } from '@/shared/ui/countdown'
import { cx } from '@/shared/ui/classes'
import { notify } from '@/shared/ui/notice'
import { claimsFor, useClaiming, useGiveBack, useShowClaims } from '../claiming'
import { useLive, useScene } from '../room-context'

const VariantPicker = lazy(() => import('./variant-picker'))
const TurnButton = lazy(() => import('./turn-button'))

function Held({ claim, compact, onClaimMore }: { claim: Claim; compact: boolean; onClaimMore?: (() => void) | undefined }) {
  const t = useT()
  const { stream } = useScene()
  const [over, setOver] = useState(false)
  if (over && onClaimMore) {
    return (
      <Button size={compact ? 'small' : 'medium'} wide={!compact} onClick={onClaimMore}>
        {t('room.claim-again')}
      </Button>
    )
  }
  return (
    <div className={cx('flex animate-rise items-center gap-2.5 rounded-pill bg-jade/18 pl-3.5', compact ? 'w-fit' : 'w-full')} role="status">
      <Check aria-hidden className="size-4.5 shrink-0 text-leaf" />
      <span className="min-w-0 grow leading-tight font-semibold text-leaf">
        <span className={cx('block truncate text-xs', compact && 'sr-only')}>{t(claim.first_paid ? 'room.first-paid' : 'room.held')}
          {claim.quantity > 1 ? ` ×${claim.quantity}` : ''}
        </span>
        {claim.hold_expires_at ? <Countdown until={claim.hold_expires_at} onEnd={() => setOver(true)} className="block whitespace-nowrap text-[15px] leading-tight" /> : null}
      </span>
      <Button size={compact ? 'small' : 'medium'} className="shrink-0 whitespace-nowrap" onClick={() => openCheckout({ shopId: stream.shop_id, claimIds: [claim.id] })}>
        {t('room.pay')}
      </Button>
    </div>
  )
}

/** A place in line for what is gone, and the way out of the line. */
function Waiting({ claim, compact }: { claim: Claim; compact: boolean }) {
  const t = useT()
  const text = useProblemText()
  const giveBack = useGiveBack()
  return (
    <div className="flex min-h-11 items-center justify-between gap-2">
      <p role="status" className="flex min-w-0 items-center gap-1.5 text-sm font-semibold text-amber">
        <Hourglass aria-hidden className="size-4 shrink-0" />
        {t(compact ? 'room.waiting-short' : 'room.waiting', { position: claim.position ?? 1 })}
      </p>
      <Button size="small" look={compact ? 'quiet' : 'glass'} className="shrink-0" busy={giveBack.isPending} onClick={() => giveBack.mutate(claim, { onError: (error) => notify(text(error), 'failed') })}>
        {t('room.leave-line')}
      </Button>
    </div>
  )
}

/** One tap: claim, choose an option first when there are several, wait in line when sold out, then pay. Never leaves the video. */
export function ClaimButton({ item, compact = false }: { item: StreamItem; compact?: boolean }) {
  const t = useT()
  const text = useProblemText()
  const items = useLive((state) => state.items)
  const state = useLive((live) => live.state)
  const { take, busy, error } = useClaiming()
  const [choosing, setChoosing] = useState(false)
  const [claim] = claimsFor(item.id, useShowClaims(items))
  const several = item.product.variants.length > 1
  const start = () => (several ? setChoosing(true) : take({ item, variantId: item.product.variants[0]?.id ?? null, quantity: 1 }))
  const closed = state !== 'live' && state !== 'interrupted'
  const waitsForTurn = useLive((live) => item.mode === 'turn' && live.turn === null)
  return (
    <>
      {claim?.state === 'held' ? (
        <Held key={claim.id} claim={claim} compact={compact} onClaimMore={closed ? undefined : start} />
      ) : claim?.state === 'waitlisted' ? (
        <Waiting claim={claim} compact={compact} />
      ) : state === 'ended' ? (
        <ButtonLink to={`/products/${item.product.id}`} size={compact ? 'small' : 'medium'} wide={!compact} look="secondary">
          {t('room.see-product')}
        </ButtonLink>
      ) : closed ? null : waitsForTurn ? (
        <Suspense fallback={<span className="block min-h-11" />}>
          <TurnButton item={item} compact={compact} />
        </Suspense>
      ) : (
        <Button size={compact ? 'small' : 'medium'} wide={!compact} look={item.available > 0 ? 'primary' : 'secondary'} busy={busy} onClick={start}>
          {t(item.available > 0 ? 'room.claim' : 'room.waitlist')}
        </Button>
      )}
      {error && !claim ? (
        <p role="alert" className="mt-1 text-xs font-semibold text-[#ff9a85]">
          {text(error)}
        </p>
      ) : null}
      <Suspense fallback={null}>
        {choosing ? (
          <VariantPicker
            item={item}
            onClose={() => setChoosing(false)}
            onPick={(variantId, quantity) => {
              setChoosing(false)
              take({ item, variantId, quantity })
            }}
          />
        ) : null}
      </Suspense>
    </>
  )
}
