import { useEffect, useRef } from 'react'
import { formatClock, formatDays } from '@/shared/format/format'
import { useSecondsLeft } from '@/shared/hooks/now'
import { useLocale } from '@/shared/i18n/store'
import { cx } from './classes'

/** Time left until `until`, in days while there are several; turns red for the last minute. */
export function Countdown({ until, onEnd, className }: { until: string; onEnd?: () => void; className?: string }) {
  const left = useSecondsLeft(until) ?? 0
  const locale = useLocale()
  const told = useRef<string | null>(null)
  useEffect(() => {
    if (left <= 0 && told.current !== until) {
      told.current = until
      onEnd?.()
    }
  }, [left, until, onEnd])
  return (
    <time dateTime={until} role="timer" className={cx('tabular font-semibold', left < 60 ? 'text-ember' : 'text-gold', className)}>
      {left >= 2 * 86_400 ? formatDays(left, locale) : formatClock(left)}
    </time>
  )
}
