import { useEffect, useState } from 'react'

/** Draws again every so often, for clocks; null rests. */
export function useTick(everyMs: number | null): number {
  const [tick, setTick] = useState(0)
  useEffect(() => {
    if (everyMs === null) return
    const timer = setInterval(() => setTick((count) => count + 1), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return tick
}
