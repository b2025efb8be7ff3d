/** How long an item has been shown, or with `each` how much of its time is left; none while the show is not on. */
export function timerText(seconds: number | null, each: number | null, clock: (seconds: number) => string): string | null {
  if (seconds === null) return null
  return clock(each ? Math.max(0, each - seconds) : Math.max(0, seconds))
}
