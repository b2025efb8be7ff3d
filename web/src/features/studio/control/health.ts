/** Whether what the encoder sends will look good. Pure. */
import type { Health } from '../api/types'

export type HealthWord = 'bitrate-low' | 'fps-low' | 'key-interval-long' | 'dropping' | 'stale' | 'no-audio'
export interface Verdict {
  level: 'good' | 'fair' | 'poor'
  words: HealthWord[]
}

const STALE_MS = 20_000

export function judge(health: Health, now: number): Verdict {
  if (now - health.at > STALE_MS) return { level: 'poor', words: ['stale'] }
  const words: HealthWord[] = []
  if (health.bitrate_kbps !== null && health.bitrate_kbps < 600) words.push('bitrate-low')
  if (health.fps !== null && health.fps > 0 && health.fps < 20) words.push('fps-low')
  if (health.key_interval_seconds !== null && health.key_interval_seconds > 2.6) words.push('key-interval-long')
  if (health.audio_codec === null) words.push('no-audio')
  if ((health.dropped ?? 0) > 50) words.push('dropping')
  const poor = words.includes('fps-low') || words.includes('bitrate-low') || words.includes('dropping')
  return { level: words.length === 0 ? 'good' : poor ? 'poor' : 'fair', words }
}
