import { Hourglass, Tags } from 'lucide-react'
import type { Claim, StreamItem } from '@/api/types'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { Countdown } from '@/shared/ui/countdown'
import { Empty } from '@/shared/ui/empty'
import { Money } from '@/shared/ui/money'
import { notify } from '@/shared/ui/notice'
import { optionText } from '@/shared/ui/option-chooser'
import { Picture } from '@/shared/ui/picture'
import { isOpen, useClaiming, useGiveBack, useShowClaims } from '../claiming'
import { useLive } from '../room-context'

function ClaimState({ claim }: { claim: Claim }) {
  const t = useT()
  if (claim.state === 'ordered') return <Badge tone="leaf">{t('room.ordered')}</Badge>
  if (claim.state === 'waitlisted') {
    return (
      <Badge tone="gold">
        <Hourglass aria-hidden className="size-3" />
        {t('room.waiting-short', { position: claim.position ?? 1 })}
      </Badge>
    )
  }
  if (!isOpen(claim)) return <Badge tone="ember">{t('room.hold-expired')}</Badge>
  return (
    <Badge tone="leaf">
      {t('room.held')}
      {claim.hold_expires_at ? <Countdown until={claim.hold_expires_at} /> : null}
    </Badge>
  )
}

function ClaimRow({ claim, item }: { claim: Claim; item: StreamItem | undefined }) {
  const t = useT()
  const text = useProblemText()
  const giveBack = useGiveBack()
  const { take, busy } = useClaiming()
  const variant = item?.product.variants.find((row) => row.id === claim.variant_id)
  const onAir = useLive((state) => state.state === 'live' || state.state === 'interrupted')
  const gone = !isOpen(claim) && claim.state !== 'ordered'
  return (
    <li className="flex gap-3 rounded-card border border-line bg-surface p-2.5">
      <Picture image={item?.product.images[0] ?? (claim.image ? { id: claim.id, url: claim.image } : null)} alt="" sizes="64px" className="size-16 shrink-0 rounded-xl" />
      <div className="grid min-w-0 grow gap-1.5">
        <p className="text-sm leading-snug font-semibold">
          <span className="text-gold">{claim.code ?? item?.code}</span> {claim.title ?? item?.product.title}
          {variant ? <span className="text-muted"> {optionText(variant.options)}</span> : null}
        </p>
        <div className="flex flex-wrap items-center gap-2 text-sm">
          <span className="tabular">
            <Money value={claim.unit_price} /> × {claim.quantity}
          </span>
          <ClaimState claim={claim} />
        </div>
        <div className="flex justify-end">
          {gone && item && onAir ? (
            <Button size="small" look="secondary" busy={busy} onClick={() => take({ item, variantId: claim.variant_id, quantity: claim.quantity })}>
              {t('room.claim-again')}
            </Button>
          ) : isOpen(claim) ? (
            <Button size="small" look="quiet" busy={giveBack.isPending} onClick={() => giveBack.mutate(claim, { onError: (error) => notify(text(error), 'failed') })}>
              {t(claim.state === 'waitlisted' ? 'room.leave-line' : 'room.give-back')}
            </Button>
          ) : null}
        </div>
      </div>
    </li>
  )
}

export function ClaimsPanel() {
  const t = useT()
  const items = useLive((state) => state.items)
  const claims = useShowClaims(items).filter((claim) => claim.state !== 'released')
  if (claims.length === 0) return <Empty icon={<Tags aria-hidden />} title={t('room.no-claims')} text={t('room.no-claims-text')} />
  return (
    <ul className="grid gap-2.5">
      {claims.map((claim) => (
        <ClaimRow key={claim.id} claim={claim} item={items.find((item) => item.id === claim.item_id)} />
      ))}
    </ul>
  )
}
