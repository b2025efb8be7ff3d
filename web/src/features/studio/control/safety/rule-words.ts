import type { Translate } from '@/shared/i18n/store'

export const FOLLOW_STEPS = [null, 0, 10, 60, 1440] as const
export const SLOW_STEPS = [0, 3, 5, 10, 30, 60]

export function followersText(t: Translate, minutes: number | null): string {
  if (minutes === null) return t('studio.followers-off')
  if (minutes === 0) return t('studio.followers-any')
  if (minutes % 1440 === 0) return t('studio.followers-days', { count: minutes / 1440 })
  return minutes % 60 === 0 ? t('studio.followers-hours', { count: minutes / 60 }) : t('studio.followers-minutes', { count: minutes })
}

export const slowText = (t: Translate, seconds: number): string => (seconds === 0 ? t('studio.slow-off') : t('studio.slow-seconds', { count: seconds }))

/** The usual steps, and the value that holds when it is another one. */
export const withValue = <Value>(steps: readonly Value[], value: Value): Value[] => (steps.includes(value) ? [...steps] : [...steps, value])
