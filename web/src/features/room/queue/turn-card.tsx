import { PartyPopper } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Countdown } from '@/shared/ui/countdown'
import { useLive, useScene } from '../room-context'
import { useQueue } from './use-queue'

/** The host has called this person: for how long, and what for. */
export default function TurnCard() {
  const t = useT()
  const { room } = useScene()
  const turn = useLive((state) => state.turn)
  const code = useLive((state) => state.items.find((item) => item.id === state.queueItem)?.code)
  const { leave, busy } = useQueue()
  return (
    <div role="alert" className={turn ? '' : 'sr-only'}>
      {turn ? (
        <div className="flex w-full animate-pin items-center gap-3 rounded-card border border-jade bg-[#0c2a20]/94 py-2 pr-2 pl-3.5 text-white shadow-card backdrop-blur-md">
          <PartyPopper aria-hidden className="size-6 shrink-0 text-jade" />
          <div className="min-w-0 grow">
            <p className="flex flex-wrap items-baseline gap-x-2 font-bold">
              {t('room.turn')}
              {turn.until ? <Countdown until={turn.until} onEnd={() => room.change(() => ({ turn: null, queuePosition: null, queueItem: null }))} className="text-sm" /> : null}
            </p>
            <p className="text-[13px] leading-snug text-white/90">{code ? t('room.turn-item', { code }) : t('room.turn-text')}</p>
          </div>
          <Button size="small" look="glass" className="min-h-11 shrink-0" disabled={busy} onClick={leave}>
            {t('room.queue-leave')}
          </Button>
        </div>
      ) : null}
    </div>
  )
}
