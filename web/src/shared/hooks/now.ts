import { useEffect, useState } from 'react'

let offset = 0

/** The server's clock decides deadlines; a phone may be minutes off. */
export function learnServerTime(serverMilliseconds: number): void {
  offset = serverMilliseconds - Date.now()
}

export const serverNow = () => Date.now() + offset

/** Seconds until `deadline`, renewed once a second and at once when it passes. */
export function useSecondsLeft(deadline: string | null | undefined): number | null {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    if (!deadline) return
    const timer = setInterval(() => setNow(serverNow()), 1000)
    return () => clearInterval(timer)
  }, [deadline])
  if (!deadline) return null
  return Math.max(0, (Date.parse(deadline) - now) / 1000)
}
