import { Signal, SignalLow, SignalMedium } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { judgeLine, type LineStats } from './stats'

const SIGNS = { good: Signal, fair: SignalMedium, poor: SignalLow }
const TONES = { good: 'text-jade', fair: 'text-amber', poor: 'text-[#ff8a73]' }

/** How well the line carries the picture, as this phone sees it. */
export function LineMeter({ stats, wanted }: { stats: LineStats | null; wanted: number }) {
  const t = useT()
  if (!stats) return null
  const level = judgeLine(stats, wanted)
  const Sign = SIGNS[level]
  return (
    <span role="status" className="inline-flex h-9 items-center gap-2 rounded-pill bg-black/55 px-3 text-xs font-semibold text-white backdrop-blur-md">
      <Sign aria-hidden className={cx('size-4', TONES[level])} />
      <span className="sr-only">{t(`studio.health.${level}`)}</span>
      <span className="tabular">{(stats.kbps / 1000).toFixed(1)} Mb/s</span>
      <span className="tabular">{stats.fps} fps</span>
      {stats.rtt === null ? null : <span className="tabular">{stats.rtt} ms</span>}
    </span>
  )
}
