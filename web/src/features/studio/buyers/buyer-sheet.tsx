import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { formatDate } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useLocale, useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Failure } from '@/shared/ui/empty'
import { Field } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { Sheet } from '@/shared/ui/sheet'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { buyerQuery, useMark } from '../api/buyers'
import type { ShopBuyer } from '../api/types'
import { useMay, useShop } from '../shop-context'
import { BuyerBadges } from './buyers-page'

function Figures({ buyer }: { buyer: ShopBuyer }) {
  const t = useT()
  const cells = [
    ['orders', buyer.orders, ''],
    ['abandoned', buyer.abandoned, buyer.abandoned > 0 ? 'text-gold' : ''],
    ['uncollected', buyer.uncollected, buyer.uncollected > 0 ? 'text-ember' : ''],
  ] as const
  return (
    <dl className="grid grid-cols-3 gap-2">
      {cells.map(([id, value, tone]) => (
        <div key={id} className="rounded-xl bg-raised p-3 text-center">
          <dd className={`tabular text-2xl font-bold ${tone}`}>{value}</dd>
          <dt className="text-sm text-muted">{t(`studio.buyers.figure.${id}`)}</dt>
        </div>
      ))}
    </dl>
  )
}

/** A decision with its reason: the buyer is told why. */
function Decision({ buyer, what }: { buyer: ShopBuyer; what: 'block' | 'prepay' }) {
  const t = useT()
  const problem = useProblemText()
  const locale = useLocale()
  const shop = useShop()
  const mark = useMark(shop.id, buyer.user_id)
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const now = what === 'block' ? buyer.blocked : buyer.prepay
  return (
    <section className="grid gap-2.5 rounded-xl border border-line p-3.5">
      <div className="flex items-center gap-3">
        <div className="min-w-0 grow">
          <h3 className="text-[15px]">{t(`studio.buyers.${what}`)}</h3>
          <p className="text-[13px] text-muted">{now ? `${formatDate(now.since, locale, 'day', shop.market)} · ${now.reason ?? ''}` : t(`studio.buyers.${what}-text`)}</p>
        </div>
        {asking ? null : (
          <Button size="small" look={now ? 'secondary' : 'danger'} className="min-h-11 shrink-0" busy={mark.isPending} onClick={() => (now ? mark.mutate({ what, on: false }) : setAsking(true))}>
            {t(now ? `studio.buyers.un${what}` : `studio.buyers.do-${what}`)}
          </Button>
        )}
      </div>
      {asking ? (
        <form
          className="grid gap-2.5"
          onSubmit={(event) => {
            event.preventDefault()
            if (reason.trim()) mark.mutate({ what, on: true, reason: reason.trim() }, { onSuccess: () => setAsking(false) })
          }}
        >
          <Field label={t('studio.buyers.reason')} hint={t('studio.buyers.reason-hint')} value={reason} maxLength={200} required autoFocus onChange={(event) => setReason(event.target.value)} />
          <div className="grid grid-cols-2 gap-2.5">
            <Button look="secondary" onClick={() => setAsking(false)}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" look="danger" busy={mark.isPending} disabled={!reason.trim()}>
              {t(`studio.buyers.do-${what}`)}
            </Button>
          </div>
        </form>
      ) : null}
      {mark.isError ? <Notice kind="failed">{problem(mark.error)}</Notice> : null}
    </section>
  )
}

function Body({ buyer }: { buyer: ShopBuyer }) {
  const t = useT()
  const locale = useLocale()
  const shop = useShop()
  const mayDecide = useMay('moderate')
  const member = useMark(shop.id, buyer.user_id)
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center gap-2 text-sm text-muted">
        <BuyerBadges buyer={buyer} />
        {t('studio.buyers.since', { date: formatDate(buyer.first_at, locale, 'day', shop.market) })}
      </div>
      <Figures buyer={buyer} />
      {mayDecide ? (
        <>
          <Decision key={`block-${buyer.blocked?.since}`} buyer={buyer} what="block" />
          <Decision key={`prepay-${buyer.prepay?.since}`} buyer={buyer} what="prepay" />
          <section className="flex items-center gap-3 rounded-xl border border-line p-3.5">
            <div className="min-w-0 grow">
              <h3 className="text-[15px]">{t('studio.buyers.membership')}</h3>
              <p className="text-[13px] text-muted">{t('studio.buyers.membership-text')}</p>
            </div>
            <Button size="small" look="secondary" className="min-h-11 shrink-0" busy={member.isPending} onClick={() => member.mutate(buyer.member_since ? { what: 'member', on: false } : { what: 'member', on: true })}>
              {t(buyer.member_since ? 'studio.buyers.unmember' : 'studio.buyers.do-member')}
            </Button>
          </section>
        </>
      ) : null}
      {buyer.incidents?.length ? (
        <section>
          <h3 className="mb-1 text-base">{t('studio.buyers.incidents')}</h3>
          <ul className="divide-y divide-line text-sm">
            {buyer.incidents.map((incident) => (
              <li key={`${incident.reference}-${incident.at}`} className="flex justify-between gap-3 py-2">
                <span>{t(`studio.buyers.incident.${incident.kind}`)}</span>
                <time dateTime={incident.at} className="text-muted">
                  {formatDate(incident.at, locale, 'short', shop.market)}
                </time>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  )
}

export function BuyerSheet({ userId, onClose }: { userId: string; onClose: () => void }) {
  const t = useT()
  const shop = useShop()
  const buyer = useQuery(buyerQuery(shop.id, userId))
  return (
    <Sheet title={buyer.data?.display_name ?? t('studio.nav.buyers')} onClose={onClose}>
      {buyer.isPending ? <ListSkeleton rows={3} className="h-20" /> : null}
      {buyer.isError && !buyer.data ? <Failure error={buyer.error} onRetry={() => void buyer.refetch()} /> : null}
      {buyer.data ? <Body buyer={buyer.data} /> : null}
    </Sheet>
  )
}
