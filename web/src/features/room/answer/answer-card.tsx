import { BellRing, CircleAlert, CircleCheck, CircleHelp, Hourglass, TimerOff, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { isProblem } from '@/api/problem'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { openCheckout } from '@/shared/session/overlays'
import { Button, ButtonLink } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { Countdown } from '@/shared/ui/countdown'
import { notify } from '@/shared/ui/notice'
import { useClaiming, useGiveBack } from '../claiming'
import { useFollowing } from '../following'
import { useLive, useScene } from '../room-context'
import type { Answer, Change, Offer } from './answer'
import { offerText, wordsOf } from './answer-words'
import { useAnswer } from './use-answer'
import { useOwnComment } from './use-own-comment'

const MOST_OFFERS = 8

const CHANGE_ICONS: Record<Change, ReactNode> = {
  held: <CircleCheck aria-hidden />,
  promoted: <BellRing aria-hidden />,
  waitlisted: <Hourglass aria-hidden />,
  updated: <CircleCheck aria-hidden />,
  cancelled: <CircleCheck aria-hidden />,
  released: <TimerOff aria-hidden />,
  expired: <TimerOff aria-hidden />,
  reminder: <BellRing aria-hidden />,
  dismissed: <CircleAlert aria-hidden />,
}
const iconOf = (answer: Answer) => (answer.kind === 'change' ? CHANGE_ICONS[answer.change] : answer.kind === 'which' || answer.kind === 'unsure' ? <CircleHelp aria-hidden /> : <CircleAlert aria-hidden />)

function toneOf(answer: Answer): string {
  if (answer.kind === 'change') {
    const { change } = answer
    if (change === 'held' || change === 'promoted') return 'border-jade bg-[#0c2a20]/94 [&>svg]:text-jade'
    if (change === 'updated' || change === 'cancelled' || change === 'released' || change === 'dismissed') return 'border-white/20 bg-[#171127]/94'
  }
  return 'border-amber/70 bg-[#2a1f0c]/94 [&>svg]:text-amber'
}

/** The claim that changed: pay for it, or leave the line. */
function ChangeActions({ answer, onDone }: { answer: Extract<Answer, { kind: 'change' }>; onDone: () => void }) {
  const t = useT()
  const { stream } = useScene()
  const giveBack = useGiveBack()
  const { claim } = answer
  if (claim?.state === 'held') {
    return (
      <Button size="small" className="min-h-11 shrink-0" onClick={() => openCheckout({ shopId: stream.shop_id, claimIds: [claim.id] })}>
        {t('room.pay')}
      </Button>
    )
  }
  if (claim?.state !== 'waitlisted') return null
  return (
    <Button size="small" look="glass" className="min-h-11 shrink-0" busy={giveBack.isPending} onClick={() => giveBack.mutate(claim, { onSuccess: onDone })}>
      {t('room.leave-line')}
    </Button>
  )
}

function Follow() {
  const t = useT()
  const { stream } = useScene()
  const { set, busy } = useFollowing(stream.shop?.slug ?? '')
  return (
    <Button size="small" busy={busy} className="min-h-11 shrink-0" onClick={() => set(true)}>
      {t('room.follow')}
    </Button>
  )
}

function Why() {
  const t = useT()
  const { stream } = useScene()
  return (
    <ButtonLink to={`/shops/${stream.shop?.slug ?? ''}`} size="small" look="glass" className="min-h-11 shrink-0">
      {t('standing.why')}
    </ButtonLink>
  )
}

const offersOf = (answer: Answer): Offer[] => (answer.kind === 'which' || answer.kind === 'unsure' ? answer.offers.slice(0, MOST_OFFERS) : answer.kind === 'short' && answer.offer ? [answer.offer] : [])

/** What became of an order comment, said to its author in place, with the tap that settles it. Nothing happens without that tap. */
export default function AnswerCard() {
  const t = useT()
  const problem = useProblemText()
  const { answer, close, onMade } = useAnswer()
  useOwnComment()
  const { take, busy } = useClaiming()
  const pinned = useLive((state) => state.pinned)
  // The pinned card itself says it.
  const saidThere = answer?.kind === 'change' && (answer.change === 'held' || answer.change === 'waitlisted') && answer.claim?.item_id === pinned
  const shown = saidThere ? null : answer
  const words = shown ? wordsOf(t, shown) : null
  const offers = shown ? offersOf(shown) : []
  const severalItems = new Set(offers.map(({ item }) => item.id)).size > 1 || shown?.kind === 'unsure'
  const code = shown && 'code' in shown ? shown.code : ''
  const until = shown?.kind === 'change' && shown.claim?.state === 'held' ? shown.claim.hold_expires_at : null
  const claim = ({ item, variant, quantity }: Offer) => take({ item, variantId: variant.id, quantity }, { onMade, onFailed: (error) => notify(problem(error), 'failed') })
  const label = (offer: Offer) => (shown?.kind === 'short' ? (shown.available > 0 ? t('room.answer.take', { count: offer.quantity }) : t('room.waitlist')) : offerText(offer, severalItems))
  return (
    <div role="status" aria-label={t('room.answer.title')} className={shown ? '' : 'sr-only'}>
      {shown && words ? (
        <div className={cx('grid w-full animate-pin grid-cols-[auto_minmax(0,1fr)_auto_auto] items-center gap-x-2.5 gap-y-1.5 rounded-card border py-1.5 pr-1 pl-3 text-white shadow-card backdrop-blur-md [&>svg]:size-5 [&>svg]:shrink-0', toneOf(shown))}>
          {iconOf(shown)}
          <div className="min-w-0 py-1">
            <p className="flex flex-wrap items-baseline gap-x-1.5 text-sm leading-snug font-bold">
              {code ? <span className="text-amber">{code}</span> : null}
              <span className="text-pretty">{words.title}</span>
              {until ? <Countdown until={until} className="text-sm" /> : null}
            </p>
            {words.text ? <p className="text-[13px] leading-snug text-pretty text-white/90">{words.text}</p> : null}
          </div>
          {shown.kind === 'change' ? <ChangeActions answer={shown} onDone={close} /> : shown.kind === 'refused' && isProblem(shown.problem, 'followers-only') ? <Follow /> : shown.kind === 'refused' && isProblem(shown.problem, 'buyer-blocked') ? <Why /> : <span />}
          <button type="button" aria-label={t('action.close')} title={t('action.close')} onClick={close} className="grid size-11 shrink-0 place-items-center rounded-full text-white/80">
            <X aria-hidden className="size-4.5" />
          </button>
          {offers.length > 0 ? (
            <div className="col-span-4 flex max-h-28 flex-wrap lg:max-h-44 gap-2 overflow-y-auto pr-2 pb-1.5">
              {offers.map((offer) => (
                <button
                  key={`${offer.item.id}-${offer.variant.id}-${offer.quantity}`}
                  type="button"
                  disabled={busy}
                  onClick={() => claim(offer)}
                  className="min-h-11 rounded-pill border border-white/25 bg-white/12 px-4 text-sm font-semibold text-white disabled:opacity-50"
                >
                  {label(offer)}
                  {shown.kind !== 'short' && offer.variant.available <= 0 ? <span className="ml-1.5 text-xs font-medium text-amber">{t('room.waitlist')}</span> : null}
                </button>
              ))}
            </div>
          ) : null}
        </div>
      ) : null}
    </div>
  )
}
