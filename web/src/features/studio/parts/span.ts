/** Spans of time as a seller types them: minutes, where the server counts seconds. Pure. */

const MINUTE = 60

export function minutesText(seconds: number | null | undefined): string {
  if (!seconds) return ''
  return String(Math.round((seconds / MINUTE) * 100) / 100)
}

/** Null for an empty field, undefined for what cannot be meant. */
export function secondsOf(text: string, least: number, most: number): number | null | undefined {
  const clean = text.trim().replace(',', '.')
  if (clean === '') return null
  if (!/^\d{1,5}(\.\d{1,2})?$/.test(clean)) return undefined
  const seconds = Math.round(Number(clean) * MINUTE)
  return seconds >= least && seconds <= most ? seconds : undefined
}

export function wholeOf(text: string, least: number, most: number): number | null | undefined {
  const clean = text.trim()
  if (clean === '') return null
  const value = /^\d{1,7}$/.test(clean) ? Number(clean) : NaN
  return value >= least && value <= most ? value : undefined
}
