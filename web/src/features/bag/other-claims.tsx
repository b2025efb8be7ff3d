import { useMutation } from '@tanstack/react-query'
import { Hourglass, Radio, TimerOff } from 'lucide-react'
import { remove } from '@/api/client'
import type { Claim } from '@/api/types'
import { forgetClaim, useClaims } from '@/shared/data/claims'
import { serverNow } from '@/shared/hooks/now'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { Button, ButtonLink } from '@/shared/ui/button'
import { Money } from '@/shared/ui/money'
import { notify } from '@/shared/ui/notice'
import { optionText } from '@/shared/ui/option-chooser'
import { Picture } from '@/shared/ui/picture'

/** A hold that ran out longer ago than this is no news any more. */
const LATELY_MS = 2 * 3_600_000

function Row({ claim }: { claim: Claim }) {
  const t = useT()
  const text = useProblemText()
  const waiting = claim.state === 'waitlisted'
  const leave = useMutation({
    mutationFn: () => remove(`/claims/${claim.id}`),
    onSuccess: () => forgetClaim(claim.id),
    onError: (error) => notify(text(error), 'failed'),
  })
  return (
    <li className="grid grid-cols-[4rem_minmax(0,1fr)] gap-x-3 py-3">
      <Picture image={claim.image ? { id: claim.id, url: claim.image } : null} alt="" className="row-span-2 size-16 rounded-xl" />
      <div className="min-w-0">
        <p className="line-clamp-2 leading-snug font-medium">
          <strong className="mr-1.5 text-gold">{claim.code}</strong>
          {claim.title}
        </p>
        <p className="text-sm text-muted">
          {optionText(claim.options) ? `${optionText(claim.options)} · ` : null}
          <Money value={claim.unit_price} /> × {claim.quantity}
        </p>
      </div>
      <div className="mt-1 flex flex-wrap items-center justify-between gap-2">
        <Badge tone={waiting ? 'gold' : 'ember'}>
          {waiting ? <Hourglass aria-hidden className="size-3" /> : <TimerOff aria-hidden className="size-3" />}
          {waiting ? t('room.waiting', { position: claim.position ?? 1 }) : t('room.hold-expired')}
        </Badge>
        {waiting ? (
          <Button size="small" look="secondary" className="min-h-11" busy={leave.isPending} onClick={() => leave.mutate()}>
            {t('room.leave-line')}
          </Button>
        ) : (
          <ButtonLink to={`/live/${claim.stream_id}`} size="small" look="secondary" className="min-h-11" icon={<Radio aria-hidden className="size-4" />}>
            {t('room.return')}
          </ButtonLink>
        )}
      </div>
    </li>
  )
}

/** Claims that cannot be paid for: places in line, and holds that ran out a little while ago. */
export function OtherClaims() {
  const t = useT()
  const claims = useClaims()
  const lately = (claim: Claim) => claim.state === 'expired' && serverNow() - Date.parse(claim.created_at) < LATELY_MS
  const others = claims.filter((claim) => claim.state === 'waitlisted' || lately(claim))
  if (others.length === 0) return null
  return (
    <section className="rounded-card border border-line bg-surface px-4 pt-3">
      <h2 className="text-base">{t('bag.others')}</h2>
      <ul className="divide-y divide-line">
        {others.map((claim) => (
          <Row key={claim.id} claim={claim} />
        ))}
      </ul>
    </section>
  )
}
