import { describe, expect, it } from 'vitest'
import { judgeLine, readLine } from './stats'

const report = (at: number, bytes: number, frames: number) => [
  { type: 'outbound-rtp', kind: 'video', timestamp: at, bytesSent: bytes, framesEncoded: frames, frameWidth: 720, frameHeight: 1280, qualityLimitationReason: 'bandwidth' },
  { type: 'outbound-rtp', kind: 'audio', timestamp: at, bytesSent: 10_000 },
  { type: 'remote-inbound-rtp', kind: 'video', roundTripTime: 0.08, fractionLost: 0.01 },
]

describe('the line to the media server', () => {
  it('is measured between two readings', () => {
    const first = readLine(report(1000, 0, 0), null)
    expect(first.stats.kbps).toBe(0)
    const { stats } = readLine(report(3000, 500_000, 58), first.counters)
    expect(stats).toEqual({ kbps: 2000, fps: 29, width: 720, height: 1280, rtt: 80, loss: 0.01, limit: 'bandwidth' })
  })

  it('is judged by what viewers would notice', () => {
    const fine = { kbps: 2400, fps: 30, width: 720, height: 1280, rtt: 60, loss: 0, limit: 'none' } as const
    expect(judgeLine(fine, 2_500_000)).toBe('good')
    expect(judgeLine({ ...fine, limit: 'bandwidth', kbps: 1200 }, 2_500_000)).toBe('fair')
    expect(judgeLine({ ...fine, kbps: 300 }, 2_500_000)).toBe('good')
    expect(judgeLine({ ...fine, limit: 'bandwidth', kbps: 300 }, 2_500_000)).toBe('poor')
    expect(judgeLine({ ...fine, rtt: 900 }, 2_500_000)).toBe('fair')
    expect(judgeLine({ ...fine, fps: 6 }, 2_500_000)).toBe('poor')
    expect(judgeLine({ ...fine, loss: 0.2 }, 2_500_000)).toBe('poor')
  })
})
