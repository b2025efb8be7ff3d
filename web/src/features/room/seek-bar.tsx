import { useState, type PointerEvent } from 'react'
import type { Moment } from '@/api/types'
import { formatClock } from '@/shared/format/format'
import { useT } from '@/shared/i18n/store'
import { player } from '@/shared/player/engine'
import { behindLive, usePlayer } from '@/shared/player/store'
import { SeekPreview } from './seek-preview'

const LIVE_EDGE = 12
const NO_CHAPTERS: Moment[] = []

/** Position in a replay with its chapters, or how far back somebody has gone in a live show. */
export function SeekBar({ chapters = NO_CHAPTERS }: { chapters?: Moment[] }) {
  const t = useT()
  const state = usePlayer()
  const [pointed, setPointed] = useState<number | null>(null)
  const { position, start, end, live } = state
  const behind = behindLive(state)
  const atLive = live && behind < LIVE_EDGE
  const label = live ? (atLive ? t('home.live-badge') : `−${formatClock(behind)}`) : `${formatClock(position)} / ${formatClock(end)}`
  const span = Math.max(1, end - start)
  const share = end > start ? ((position - start) / span) * 100 : 100
  const point = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    setPointed(Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(1, box.width))))
  }
  const at = start + (pointed ?? 0) * span
  const chapter = live ? undefined : chapters.findLast((moment) => moment.start <= at && at < (moment.end ?? Infinity))
  return (
    <div className="flex min-w-0 grow items-center gap-3">
      <span className="relative flex min-w-0 grow" onPointerMove={point} onPointerDown={point} onPointerLeave={() => setPointed(null)} onPointerUp={(event) => event.pointerType === 'touch' && setPointed(null)}>
        <input
          type="range"
          aria-label={t('room.seek')}
          aria-valuetext={label}
          min={start}
          max={Math.max(end, start + 1)}
          step={1}
          value={atLive ? Math.max(end, start + 1) : position}
          onChange={(event) => {
            const to = Number(event.target.value)
            player.ask((deck) => deck.seek(to))
          }}
          style={{ '--share': `${atLive ? 100 : share}%` } as React.CSSProperties}
          className="seek w-full min-w-0"
        />
        {live ? null : chapters.map((moment) => <i key={moment.id} aria-hidden style={{ left: `${((moment.start - start) / span) * 100}%` }} className="pointer-events-none absolute top-1/2 h-2.5 w-0.5 -translate-y-1/2 rounded bg-amber" />)}
        {pointed === null ? null : <SeekPreview at={at} share={pointed} title={chapter && `${chapter.code} ${chapter.title}`} />}
      </span>
      {live && !atLive ? (
        <button type="button" onClick={() => player.ask((deck) => deck.goLive())} className="min-h-9 shrink-0 rounded-pill bg-white/15 px-3 text-xs font-bold text-white hover:bg-white/25">
          <span className="tabular">{label}</span> · {t('room.back-to-live')}
        </button>
      ) : (
        <span className="tabular shrink-0 text-xs font-semibold text-white">{label}</span>
      )}
    </div>
  )
}
