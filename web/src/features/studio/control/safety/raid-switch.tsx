import { ShieldAlert } from 'lucide-react'
import { formatClock } from '@/shared/format/format'
import { serverNow } from '@/shared/hooks/now'
import { useTick } from '@/shared/hooks/tick'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { useRoomPart } from '../floor-context'
import { useModeration } from '../use-moderation'

const MINUTES = 10

/** Milliseconds of raid mode that are left; 0 when it is off. Counts while it is on. */
export function useRaidLeft(): number {
  const until = useRoomPart((state) => state.rules.raid_until)
  useTick(until === null ? null : 1000)
  return until === null ? 0 : Math.max(0, until - serverNow())
}

/** The one thing to press when strangers flood the chat: no question asked, it ends by itself. */
export function RaidSwitch() {
  const t = useT()
  const left = useRaidLeft()
  const moderate = useModeration()
  const on = left > 0
  const set = (seconds: number | null) => moderate({ action: 'raid', seconds })
  return (
    <section className={cx('rounded-2xl border p-3.5', on ? 'border-lantern bg-lantern/12' : 'border-line bg-raised')}>
      <button type="button" role="switch" aria-checked={on} onClick={() => set(on ? null : MINUTES * 60)} className="flex min-h-12 w-full items-center gap-3 text-left">
        <ShieldAlert aria-hidden className={cx('size-7 shrink-0', on ? 'text-ember' : 'text-muted')} />
        <span className="grow text-lg leading-tight font-bold">{t('studio.raid')}</span>
        <span aria-hidden className={cx('relative h-8 w-14 shrink-0 rounded-pill transition-colors', on ? 'bg-lantern' : 'bg-muted/40')}>
          <span className={cx('absolute top-1 left-1 size-6 rounded-full bg-white transition-transform', on && 'translate-x-6')} />
        </span>
      </button>
      <p className="mt-1.5 text-[13px] leading-snug text-muted">{t('studio.raid-text')}</p>
      {on ? (
        <div className="mt-2.5 flex flex-wrap items-center justify-between gap-2">
          <span role="timer" className="tabular font-bold text-ember">
            {t('studio.raid-left', { time: formatClock(left / 1000) })}
          </span>
          <Button size="small" look="secondary" className="min-h-11" onClick={() => set(Math.ceil(left / 1000) + MINUTES * 60)}>
            {t('studio.raid-longer', { count: MINUTES })}
          </Button>
        </div>
      ) : null}
    </section>
  )
}
