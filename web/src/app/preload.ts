const fetchAhead = (chunk: Promise<unknown>) => void chunk.catch(() => undefined)

/** Whoever follows a link gets the code of that page in parallel with everything else. */
export function preloadRoute(path: string): void {
  if (/^\/live\/./.test(path)) {
    fetchAhead(import('@/features/room/room-page'))
    return
  }
  if (!path.startsWith('/studio')) fetchAhead(import('./shell'))
  if (path === '/') fetchAhead(import('@/features/home/home-page'))
}
