import { useEffect, useRef } from 'react'
import type { Room } from '@/shared/realtime/room'

export const CHAT_INPUT = 'studio-chat'

const takesKeys = (node: EventTarget | null) => node instanceof HTMLElement && (node.isContentEditable || /^(input|textarea|select)$/i.test(node.tagName) || node.closest('dialog') !== null)

/** The item after the one held up; the first when none is. */
export function nextItem(ids: readonly string[], pinned: string | null): string | null {
  return ids[(ids.indexOf(pinned ?? '') + 1) % Math.max(1, ids.length)] ?? null
}

/** Which item a digit means: 1 is the first, 0 the tenth. */
export function itemOfDigit(ids: readonly string[], key: string): string | null {
  if (!/^[0-9]$/.test(key)) return null
  return ids[key === '0' ? 9 : Number(key) - 1] ?? null
}

/** Digits pin the item of that place, p the next one, u none, c goes to the chat. */
export function usePinKeys(room: Room, enabled: boolean, pin: (item: string | null) => void): void {
  const latest = useRef(pin)
  useEffect(() => {
    latest.current = pin
  })
  useEffect(() => {
    if (!enabled) return
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || takesKeys(event.target)) return
      const { items, pinned } = room.store.getState()
      const ids = items.map((item) => item.id)
      const key = event.key.toLowerCase()
      const digit = itemOfDigit(ids, key)
      if (digit) latest.current(digit)
      else if (key === 'p' && ids.length > 0) latest.current(nextItem(ids, pinned))
      else if (key === 'u') latest.current(null)
      else if (key === 'c') document.getElementById(CHAT_INPUT)?.focus()
      else return
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [room, enabled])
}
