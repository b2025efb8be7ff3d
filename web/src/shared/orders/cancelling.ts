/** Which units of an order are taken out of it. Pure. */
import type { OrderLine } from '@/api/types'

export type Taken = Readonly<Record<string, number>>
export interface CancelBody {
  lines?: { line_id: string; quantity: number }[]
  reason?: string
}

export const everything = (lines: readonly OrderLine[]): Taken => Object.fromEntries(lines.map((line) => [line.id, line.quantity]))

/** What to send: without `lines` when nothing would be left; null when nothing is taken. */
export function cancelBody(lines: readonly OrderLine[], taken: Taken, reason = ''): CancelBody | null {
  const chosen = lines.flatMap((line) => {
    const quantity = Math.min(taken[line.id] ?? 0, line.quantity)
    return quantity > 0 ? [{ line_id: line.id, quantity }] : []
  })
  if (chosen.length === 0) return null
  const whole = lines.every((line) => (taken[line.id] ?? 0) >= line.quantity)
  return { ...(!whole && { lines: chosen }), ...(reason && { reason }) }
}
