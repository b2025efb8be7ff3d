import { useQuery } from '@tanstack/react-query'
import { momentsQuery } from '@/shared/data/queries'
import { formatClock } from '@/shared/format/format'
import { useT } from '@/shared/i18n/store'
import { player } from '@/shared/player/engine'
import { usePlayer } from '@/shared/player/store'
import { cx } from '@/shared/ui/classes'
import { useScene } from '../room-context'

/** Jumps to when each product was shown. */
export default function Moments({ className }: { className?: string }) {
  const t = useT()
  const { stream } = useScene()
  const position = usePlayer((state) => state.position)
  const { data } = useQuery(momentsQuery(stream.id))
  if (!data?.items.length) return null
  return (
    <ol aria-label={t('room.moments')} className={cx('no-scrollbar flex gap-2 overflow-x-auto', className)}>
      {data.items.map((moment) => {
        const { title, code } = moment
        const now = position >= moment.start && position < (moment.end ?? Number.POSITIVE_INFINITY)
        return (
          <li key={moment.id}>
            <button
              type="button"
              aria-label={t('room.moment-jump', { title: `${code} ${title}` })}
              aria-current={now || undefined}
              onClick={() => player.ask((deck) => deck.seek(moment.start))}
              className={cx('flex min-h-11 max-w-48 items-center gap-2 rounded-xl border px-3 text-left text-sm', now ? 'border-lantern bg-lantern/25' : 'border-white/15 bg-black/50')}
            >
              <span className="shrink-0 font-extrabold text-amber">{code}</span>
              <span className="min-w-0 truncate text-white">{title}</span>
              <span className="tabular shrink-0 text-xs text-white/80">{formatClock(moment.start)}</span>
            </button>
          </li>
        )
      })}
    </ol>
  )
}
