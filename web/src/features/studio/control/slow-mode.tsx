import { Timer } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { useRoomPart } from './floor-context'
import { useModeration } from './use-moderation'

const STEPS = [0, 3, 5, 10, 30, 60]

export function SlowMode() {
  const t = useT()
  const seconds = useRoomPart((state) => state.rules.slow_mode_seconds)
  const moderate = useModeration()
  const steps = STEPS.includes(seconds) ? STEPS : [...STEPS, seconds].sort((a, b) => a - b)
  return (
    <label className="inline-flex min-h-10 items-center gap-1 rounded-pill px-2 text-xs font-semibold text-muted hover:bg-raised">
      <Timer aria-hidden className="size-4" />
      <span className="sr-only">{t('studio.slow-mode')}</span>
      <select value={seconds} onChange={(event) => moderate({ action: 'slow_mode', seconds: Number(event.target.value) })} className="min-h-10 bg-transparent text-xs font-semibold [&>option]:bg-surface [&>option]:text-text">
        {steps.map((step) => (
          <option key={step} value={step}>
            {step === 0 ? t('studio.slow-off') : t('studio.slow-seconds', { count: step })}
          </option>
        ))}
      </select>
    </label>
  )
}
