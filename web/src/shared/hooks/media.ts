import { useCallback, useSyncExternalStore } from 'react'

export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    [query],
  )
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches)
}

/** Three columns need room; below that the phone layout is better, also on tablets held upright. */
export const WIDE_ROOM = '(min-width: 1024px)'
export const useWideRoom = () => useMedia(WIDE_ROOM)
