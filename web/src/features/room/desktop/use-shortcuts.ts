import { useEffect, useRef } from 'react'
import { player } from '@/shared/player/engine'
import { usePlayer } from '@/shared/player/store'
import { COMMENT_INPUT } from '../chat/comment-box'

interface Actions {
  theatre: () => void
  fullscreen: () => void
  help: () => void
}

export const SHORTCUTS = [
  ['space', '␣'],
  ['m', 'M'],
  ['f', 'F'],
  ['t', 'T'],
  ['arrows', '← →'],
  ['volume', '↑ ↓'],
  ['c', 'C'],
  ['help', '?'],
] as const

const takesKeys = (node: EventTarget | null) =>
  node instanceof HTMLElement && (node.isContentEditable || /^(input|textarea|select|button|a)$/i.test(node.tagName) || node.closest('dialog, [role="tablist"], [role="log"]') !== null)

function commands(actions: Actions): Record<string, () => void> {
  return {
    ' ': () => player.toggle(),
    k: () => player.toggle(),
    m: () => player.setMuted(!usePlayer.getState().muted),
    f: actions.fullscreen,
    t: actions.theatre,
    c: () => document.getElementById(COMMENT_INPUT)?.focus(),
    '?': actions.help,
    ArrowLeft: () => player.ask((deck) => deck.seekBy(-10)),
    ArrowRight: () => player.ask((deck) => deck.seekBy(10)),
    ArrowUp: () => player.setVolume(usePlayer.getState().volume + 0.1),
    ArrowDown: () => player.setVolume(usePlayer.getState().volume - 0.1),
  }
}

/** Keys of the room. They stay out of the way of fields, buttons and dialogs. */
export function useShortcuts(actions: Actions): void {
  const latest = useRef(actions)
  useEffect(() => {
    latest.current = actions
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || takesKeys(event.target)) return
      const command = commands(latest.current)[event.key.length === 1 ? event.key.toLowerCase() : event.key]
      if (!command) return
      event.preventDefault()
      command()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
