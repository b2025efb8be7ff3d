import { UsersRound, X } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { useLive } from '../room-context'
import { useQueue } from './use-queue'

/** "In line, no. 3", with the way out of the line. */
export default function QueueChip() {
  const t = useT()
  const position = useLive((state) => state.queuePosition)
  const turn = useLive((state) => state.turn !== null)
  const { leave, busy } = useQueue()
  const shown = position !== null && !turn
  return (
    <span role="status" className={shown ? 'inline-flex h-6 items-center rounded-pill bg-sky/90 pl-2.5 text-xs font-semibold text-ink' : 'sr-only'}>
      {shown ? (
        <>
          <UsersRound aria-hidden className="mr-1 size-3.5" />
          <span className="tabular">{t('room.queue-place', { position })}</span>
          <button type="button" aria-label={t('room.queue-leave')} title={t('room.queue-leave')} disabled={busy} onClick={leave} className="-my-2.5 -mr-2 grid size-11 place-items-center">
            <X aria-hidden className="size-3.5" />
          </button>
        </>
      ) : null}
    </span>
  )
}
