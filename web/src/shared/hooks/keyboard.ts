import { useEffect, useState } from 'react'

/** Height of the on-screen keyboard where it covers the page (iOS); elsewhere the page itself shrinks and this stays 0. */
export function useKeyboardInset(): number {
  const [inset, setInset] = useState(0)
  useEffect(() => {
    const view = window.visualViewport
    if (!view) return
    const measure = () => {
      const covered = window.innerHeight - view.height - view.offsetTop
      setInset(covered > 80 && view.scale <= 1.01 ? Math.round(covered) : 0)
    }
    view.addEventListener('resize', measure)
    view.addEventListener('scroll', measure)
    return () => {
      view.removeEventListener('resize', measure)
      view.removeEventListener('scroll', measure)
    }
  }, [])
  return inset
}
