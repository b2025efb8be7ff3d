/** Whoever follows a link into a show gets its code in parallel with everything else. */
export function preloadRoute(path: string): void {
  if (/^\/live\/./.test(path)) void import('@/features/room/room-page').catch(() => undefined)
  else if (path === '/') void import('@/features/home/home-page').catch(() => undefined)
}
