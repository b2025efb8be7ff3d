import { useEffect, useState } from 'react'

/** Draws again every so often, for clocks. */
export function useTick(everyMs: number): number {
  const [tick, setTick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setTick((count) => count + 1), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return tick
}
