import { Timer } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { useRoomPart } from './floor-context'
import { SLOW_STEPS, slowText, withValue } from './safety/rule-words'
import { useModeration } from './use-moderation'

export function SlowMode() {
  const t = useT()
  const seconds = useRoomPart((state) => state.rules.slow_mode_seconds)
  const moderate = useModeration()
  return (
    <label className="inline-flex min-h-10 items-center gap-1 rounded-pill px-2 text-xs font-semibold text-muted hover:bg-raised">
      <Timer aria-hidden className="size-4" />
      <span className="sr-only">{t('studio.slow-mode')}</span>
      <select value={seconds} onChange={(event) => moderate({ action: 'slow_mode', seconds: Number(event.target.value) })} className="min-h-11 bg-transparent text-xs font-semibold [&>option]:bg-surface [&>option]:text-text">
        {withValue(SLOW_STEPS, seconds).map((step) => (
          <option key={step} value={step}>
            {slowText(t, step)}
          </option>
        ))}
      </select>
    </label>
  )
}
