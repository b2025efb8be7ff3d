export interface LineStats {
  kbps: number
  fps: number
  width: number
  height: number
  /** Round trip to the media server in milliseconds. */
  rtt: number | null
  /** Share of lost packets, 0–1. */
  loss: number
  limit: 'none' | 'cpu' | 'bandwidth' | 'other'
}

export type LineLevel = 'good' | 'fair' | 'poor'

interface Counters {
  at: number
  bytes: number
  frames: number
}
type Row = Record<string, unknown> & { type: string; kind?: string }

/** Reads what WebRTC says about the outgoing picture; what is counted up is compared with the reading before. */
export function readLine(report: Iterable<Row>, before: Counters | null): { stats: LineStats; counters: Counters } {
  const rows = [...report]
  const sent = rows.find((row) => row.type === 'outbound-rtp' && row.kind === 'video')
  const remote = rows.find((row) => row.type === 'remote-inbound-rtp' && row.kind === 'video')
  const pair = rows.find((row) => row.type === 'candidate-pair' && row['nominated'] === true && row['state'] === 'succeeded')
  const number = (row: Row | undefined, name: string) => (typeof row?.[name] === 'number' ? (row[name] as number) : 0)
  const bytes = rows.filter((row) => row.type === 'outbound-rtp').reduce((sum, row) => sum + number(row, 'bytesSent'), 0)
  const counters = { at: number(sent, 'timestamp'), bytes, frames: number(sent, 'framesEncoded') }
  const seconds = before ? (counters.at - before.at) / 1000 : 0
  const trip = number(remote, 'roundTripTime') || number(pair, 'currentRoundTripTime')
  const limit = sent?.['qualityLimitationReason']
  return {
    counters,
    stats: {
      kbps: before && seconds > 0 ? Math.max(0, Math.round(((bytes - before.bytes) * 8) / 1000 / seconds)) : 0,
      fps: before && seconds > 0 ? Math.max(0, Math.round((counters.frames - before.frames) / seconds)) : 0,
      width: number(sent, 'frameWidth'),
      height: number(sent, 'frameHeight'),
      rtt: trip > 0 ? Math.round(trip * 1000) : null,
      loss: number(remote, 'fractionLost'),
      limit: limit === 'cpu' || limit === 'bandwidth' || limit === 'other' ? limit : 'none',
    },
  }
}

/** One word for a line. Few pictures hurt most, then losses, then a slow way. */
export function judgeLine({ fps, kbps, loss, rtt, limit }: LineStats, wanted: number): LineLevel {
  // A still picture needs few bits: only a line that holds it back makes few bits bad.
  if (fps < 10 || loss > 0.08 || (limit === 'bandwidth' && kbps * 1000 < wanted * 0.2)) return 'poor'
  if (fps < 20 || loss > 0.02 || (rtt ?? 0) > 400 || limit === 'cpu' || (limit === 'bandwidth' && kbps * 1000 < wanted * 0.6)) return 'fair'
  return 'good'
}
