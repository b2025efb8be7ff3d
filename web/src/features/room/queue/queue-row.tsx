import { UsersRound } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { useLive } from '../room-context'
import { useQueue } from './use-queue'

/** The line of the room, among its goods: get in, see the place, get out. */
export function QueueRow() {
  const t = useT()
  const over = useLive((state) => state.state === 'ended' || state.state === 'draft')
  const position = useLive((state) => state.queuePosition)
  const turn = useLive((state) => state.turn !== null)
  const pinned = useLive((state) => state.items.find((item) => item.id === state.pinned))
  const { join, leave, busy } = useQueue()
  if (over) return null
  return (
    <section aria-label={t('room.queue')} className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-card border border-line bg-raised p-3">
      <UsersRound aria-hidden className="size-5 shrink-0 text-link" />
      <p className="min-w-0 grow basis-36 text-[13px] leading-snug text-muted">{turn ? <strong className="text-leaf">{t('room.turn')}</strong> : position === null ? t('room.queue-text') : <strong className="tabular text-text">{t('room.queue-place', { position })}</strong>}</p>
      {position === null && !turn ? (
        <Button size="small" look="secondary" className="min-h-11" busy={busy} onClick={() => join(pinned?.id ?? null)}>
          {pinned ? t('room.queue-join-item', { code: pinned.code }) : t('room.queue-join')}
        </Button>
      ) : (
        <Button size="small" look="secondary" className="min-h-11" busy={busy} onClick={leave}>
          {t('room.queue-leave')}
        </Button>
      )}
    </section>
  )
}
