import { formatClock } from '@/shared/format/format'
import { useT } from '@/shared/i18n/store'
import { player } from '@/shared/player/engine'
import { behindLive, usePlayer } from '@/shared/player/store'

const LIVE_EDGE = 12

/** Position in a replay, or how far back somebody has gone in a live show. */
export function SeekBar() {
  const t = useT()
  const state = usePlayer()
  const { position, start, end, live } = state
  const behind = behindLive(state)
  const atLive = live && behind < LIVE_EDGE
  const label = live ? (atLive ? t('home.live-badge') : `−${formatClock(behind)}`) : `${formatClock(position)} / ${formatClock(end)}`
  const share = end > start ? ((position - start) / (end - start)) * 100 : 100
  return (
    <div className="flex min-w-0 grow items-center gap-3">
      <input
        type="range"
        aria-label={t('room.seek')}
        aria-valuetext={label}
        min={start}
        max={Math.max(end, start + 1)}
        step={1}
        value={atLive ? Math.max(end, start + 1) : position}
        onChange={(event) => player.seek(Number(event.target.value))}
        style={{ '--share': `${atLive ? 100 : share}%` } as React.CSSProperties}
        className="seek min-w-0 grow"
      />
      {live && !atLive ? (
        <button type="button" onClick={() => player.goLive()} className="min-h-9 shrink-0 rounded-pill bg-white/15 px-3 text-xs font-bold text-white hover:bg-white/25">
          <span className="tabular">{label}</span> · {t('room.back-to-live')}
        </button>
      ) : (
        <span className="tabular shrink-0 text-xs font-semibold text-white">{label}</span>
      )}
    </div>
  )
}
