import { useEffect, useState, type RefObject } from 'react'

const IDLE_MS = 2600

/** True while the pointer rests over the picture: then the controls get out of the way. */
export function useIdle(frame: RefObject<HTMLElement | null>): boolean {
  const [idle, setIdle] = useState(false)
  useEffect(() => {
    const node = frame.current
    if (!node) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const wake = () => {
      setIdle(false)
      clearTimeout(timer)
      timer = setTimeout(() => setIdle(true), IDLE_MS)
    }
    for (const event of ['pointermove', 'pointerdown', 'keydown']) node.addEventListener(event, wake)
    return () => {
      clearTimeout(timer)
      for (const event of ['pointermove', 'pointerdown', 'keydown']) node.removeEventListener(event, wake)
    }
  }, [frame])
  return idle
}
