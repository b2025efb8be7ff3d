import { Shield, ShieldAlert } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { formatClock } from '@/shared/format/format'
import { useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { useRaidLeft } from './raid-switch'

const SafetySheet = lazy(() => import('./safety-sheet'))

/** Opens what keeps the chat in order; while raid mode is on, says for how long. */
export function SafetyButton() {
  const t = useT()
  const left = useRaidLeft()
  const [open, setOpen] = useState(false)
  const on = left > 0
  return (
    <>
      <button
        type="button"
        aria-label={on ? `${t('studio.safety')} · ${t('studio.raid')}` : t('studio.safety')}
        title={t('studio.safety')}
        onClick={() => setOpen(true)}
        className={cx('inline-flex min-h-11 min-w-11 items-center justify-center gap-1.5 rounded-pill text-xs font-bold', on ? 'bg-lantern px-3 text-on-lantern' : 'text-muted hover:bg-raised')}
      >
        {on ? <ShieldAlert aria-hidden className="size-5" /> : <Shield aria-hidden className="size-5" />}
        {on ? <span className="tabular">{formatClock(left / 1000)}</span> : null}
      </button>
      <Suspense fallback={null}>{open ? <SafetySheet onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  )
}
