import { Hand, Headset, MessageSquare, Undo2, Users } from 'lucide-react'
import { useState } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { IconButton } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { Countdown } from '@/shared/ui/countdown'
import { Failure } from '@/shared/ui/empty'
import { Money } from '@/shared/ui/money'
import { notify } from '@/shared/ui/notice'
import { optionText } from '@/shared/ui/option-chooser'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { useReleaseClaim } from '../api/show-floor'
import type { ShowClaim } from '../api/types'
import { ConfirmSheet } from '../parts/confirm-sheet'
import { ClaimBadge } from '../parts/state-badges'
import { useMay } from '../shop-context'
import { useFloor, useRepairs, useShowClaims } from './floor-context'
import { Panel } from './panel'
import { RepairList } from './repair-list'

const SOURCES = { tap: Hand, comment: MessageSquare, staff: Headset }
const FILTERS = ['all', 'held', 'waitlisted', 'ordered', 'expired', 'released'] as const
type Filter = (typeof FILTERS)[number] | 'repair'
const SHOWN = 150

function Row({ claim, onRelease }: { claim: ShowClaim; onRelease: ((claim: ShowClaim) => void) | null }) {
  const t = useT()
  const source = (claim.source in SOURCES ? claim.source : 'tap') as keyof typeof SOURCES
  const Source = SOURCES[source]
  const open = claim.state === 'held' || claim.state === 'waitlisted'
  return (
    <li className="flex animate-rise items-center gap-2.5 py-2">
      <span title={t(`studio.source.${source}`)} className="grid size-8 shrink-0 place-items-center rounded-full bg-raised text-muted">
        <Source aria-hidden className="size-4" />
        <span className="sr-only">{t(`studio.source.${source}`)}</span>
      </span>
      <div className="min-w-0 grow">
        <p className="truncate text-sm font-semibold">{claim.buyer?.display_name ?? t('room.someone')}</p>
        <p className="truncate text-[13px] text-muted">
          <strong className="text-gold">{claim.code}</strong> ×{claim.quantity}
          {optionText(claim.options) ? ` · ${optionText(claim.options)}` : null} · <Money value={{ ...claim.unit_price, amount: claim.unit_price.amount * claim.quantity }} />
        </p>
      </div>
      <div className="grid justify-items-end gap-0.5">
        <ClaimBadge state={claim.state} />
        {claim.state === 'held' && claim.hold_expires_at ? <Countdown until={claim.hold_expires_at} className="text-xs" /> : null}
        {claim.state === 'waitlisted' && claim.position ? <span className="tabular text-xs text-muted">{t('room.waiting-short', { position: claim.position })}</span> : null}
      </div>
      {onRelease && open ? (
        <IconButton label={`${t('studio.release')}: ${claim.buyer?.display_name ?? ''} ${claim.code ?? ''}`} onClick={() => onRelease(claim)} className="-mr-2 text-muted">
          <Undo2 aria-hidden className="size-4" />
        </IconButton>
      ) : null}
    </li>
  )
}

/** Who took what, newest first. */
export function ClaimsFeed({ className }: { className?: string }) {
  const t = useT()
  const problem = useProblemText()
  const { show } = useFloor()
  const mayClaim = useMay('claimFor')
  const { query, claims } = useShowClaims()
  const [filter, setFilter] = useState<Filter>('all')
  const [freed, setFreed] = useState<ShowClaim | null>(null)
  const release = useReleaseClaim(show.id)
  const repairs = useRepairs()
  const rows = (filter === 'all' ? claims : claims.filter((claim) => claim.state === filter)).slice(0, SHOWN)
  return (
    <Panel title={t('studio.claims')} icon={<Users aria-hidden />} fill className={className ?? ''} aside={<span className="tabular text-sm text-muted">{claims.length}</span>}>
      <div className="no-scrollbar -mx-1 flex shrink-0 gap-1.5 overflow-x-auto px-1 pb-1.5">
        {mayClaim ? (
          <button type="button" aria-pressed={filter === 'repair'} onClick={() => setFilter('repair')} className={cx('inline-flex min-h-9 shrink-0 items-center gap-1.5 rounded-pill px-3 text-xs font-semibold', filter === 'repair' ? 'bg-text text-ground' : repairs.length > 0 ? 'bg-amber/20 text-gold' : 'bg-raised text-muted')}>
            {t('studio.repair')}
            {repairs.length > 0 ? <span className="tabular grid h-5 min-w-5 place-items-center rounded-full bg-lantern px-1 text-on-lantern">{repairs.length}</span> : null}
          </button>
        ) : null}
        {FILTERS.map((id) => (
          <button key={id} type="button" aria-pressed={filter === id} onClick={() => setFilter(id)} className={cx('min-h-9 shrink-0 rounded-pill px-3 text-xs font-semibold', filter === id ? 'bg-text text-ground' : 'bg-raised text-muted')}>
            {id === 'all' ? t('studio.all') : t(`studio.claim-state.${id}`)}
          </button>
        ))}
      </div>
      {filter === 'repair' ? (
        <RepairList repairs={repairs} />
      ) : (
        <>
          {query.isPending ? <ListSkeleton rows={4} className="h-12" /> : null}
          {query.isError && !query.data ? <Failure error={query.error} onRetry={() => void query.refetch()} /> : null}
          {query.isSuccess && rows.length === 0 ? <p className="py-6 text-center text-sm text-muted">{t('studio.no-claims')}</p> : null}
          <ul className="min-h-0 divide-y divide-line overflow-y-auto overscroll-contain">
            {rows.map((claim) => (
              <Row key={claim.id} claim={claim} onRelease={mayClaim ? setFreed : null} />
            ))}
          </ul>
        </>
      )}
      {freed ? (
        <ConfirmSheet
          title={t('studio.release')}
          text={t('studio.release-text', { name: freed.buyer?.display_name ?? t('room.someone'), code: freed.code ?? '', count: freed.quantity })}
          action={t('studio.release')}
          danger
          busy={release.isPending}
          onClose={() => setFreed(null)}
          onConfirm={() => release.mutate(freed.id, { onError: (error) => notify(problem(error), 'failed'), onSettled: () => setFreed(null) })}
        />
      ) : null}
    </Panel>
  )
}
