import { useQuery } from '@tanstack/react-query'
import { SkipForward, UsersRound } from 'lucide-react'
import { useState } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { Countdown } from '@/shared/ui/countdown'
import { Failure } from '@/shared/ui/empty'
import { notify } from '@/shared/ui/notice'
import { queueQuery, useCallNext } from '../../api/queue'
import type { QueueEntry } from '../../api/types'
import { useMay } from '../../shop-context'
import { useFloor, useRoomPart } from '../floor-context'
import { Panel } from '../panel'

const EVERY_MS = 4000
const LENGTHS = [60, 120, 300, 600]

function Row({ entry, place, onOver }: { entry: QueueEntry; place: number; onOver: () => void }) {
  const t = useT()
  const code = useRoomPart((state) => state.items.find((item) => item.id === entry.item_id)?.code)
  return (
    <li className={cx('flex min-h-11 items-center gap-2.5 rounded-xl px-2 py-1.5 text-sm', entry.turn && 'bg-jade/15')}>
      <span className={cx('tabular w-6 shrink-0 text-center font-bold', entry.turn ? 'text-leaf' : 'text-muted')}>{entry.turn ? '★' : place}</span>
      <span className="min-w-0 grow">
        <span className="block truncate font-semibold">{entry.user.name}</span>
        {code || entry.turn ? (
          <span className="block text-xs text-muted">
            {entry.turn ? <span className="font-semibold text-leaf">{t('studio.queue-turn')}</span> : null}
            {entry.turn && code ? ' · ' : null}
            {code ? t('studio.queue-for', { code }) : null}
          </span>
        ) : null}
      </span>
      {entry.turn && entry.turn_expires_at ? <Countdown until={entry.turn_expires_at} onEnd={onOver} className="shrink-0" /> : null}
    </li>
  )
}

/** Who waits for a turn, whose turn it is and how long, and the button that calls the next. */
export function QueuePanel({ className, fill }: { className?: string; fill?: boolean }) {
  const t = useT()
  const problem = useProblemText()
  const { show } = useFloor()
  const mayRun = useMay('run') && show.state !== 'ended'
  const line = useQuery(queueQuery(show.id, show.state === 'ended' ? false : EVERY_MS))
  const next = useCallNext(show.id)
  const [seconds, setSeconds] = useState(120)
  const { refetch } = line
  const people = line.data?.items ?? []
  const serving = people.find((entry) => entry.turn)
  const waiting = people.filter((entry) => !entry.turn)
  const call = () => next.mutate({ seconds, after: serving?.id ?? null }, { onError: (error) => notify(problem(error), 'failed') })
  const canCall = waiting.length > 0 || serving !== undefined
  return (
    <Panel title={t('studio.queue')} icon={<UsersRound aria-hidden />} fill={fill ?? false} className={className ?? ''} aside={<span className="tabular text-sm text-muted">{line.data?.waiting ?? 0}</span>}>
      {line.isError && !line.data ? <Failure error={line.error} onRetry={() => void refetch()} /> : null}
      {line.isSuccess && people.length === 0 ? <p className={cx('text-sm text-muted', fill && 'py-6 text-center')}>{t('studio.queue-empty')}</p> : null}
      <ol className={cx('-mx-2 grid content-start gap-0.5 overflow-y-auto overscroll-contain', fill ? 'min-h-0 grow' : 'max-h-56')}>
        {serving ? <Row entry={serving} place={0} onOver={() => void refetch()} /> : null}
        {waiting.map((entry, index) => (
          <Row key={entry.id} entry={entry} place={index + 1} onOver={() => void refetch()} />
        ))}
      </ol>
      {mayRun && canCall ? (
        <div className="mt-2 flex shrink-0 flex-wrap items-center gap-2">
          <label className="text-xs font-semibold text-muted">
            <span className="sr-only">{t('studio.queue-seconds')}</span>
            <select value={seconds} onChange={(event) => setSeconds(Number(event.target.value))} className="min-h-11 rounded-pill border border-line bg-raised px-3 text-sm [&>option]:bg-surface [&>option]:text-text">
              {LENGTHS.map((length) => (
                <option key={length} value={length}>
                  {t('studio.mute-short', { count: length / 60 })}
                </option>
              ))}
            </select>
          </label>
          <Button className="grow px-4" busy={next.isPending} icon={<SkipForward aria-hidden className="size-4" />} onClick={call}>
            {t(waiting.length > 0 ? 'studio.queue-next' : 'studio.queue-end')}
          </Button>
        </div>
      ) : null}
    </Panel>
  )
}
