import { useCallback } from 'react'
import { newKey } from '@/api/client'
import { isProblem } from '@/api/problem'
import { serverNow } from '@/shared/hooks/now'
import type { ChatMessage } from '@/shared/realtime/frames'
import { useUser } from '@/shared/session/session'
import { useScene } from '../room-context'

/** Shows a comment at once, and marks it when it could not be delivered. */
export function useSendComment() {
  const { room } = useScene()
  const user = useUser()
  const send = useCallback(
    (text: string) => {
      const clean = text.trim().slice(0, 200)
      if (!clean || !user) return
      const id = `local-${newKey()}`
      const draft: ChatMessage = { id, user: { id: user.id, name: user.display_name, role: room.store.getState().role }, text: clean, at: serverNow(), pending: 'sending' }
      room.change((state) => ({ chat: [...state.chat, draft] }))
      const settle = (change: (message: ChatMessage) => ChatMessage | null) =>
        room.change((state) => ({ chat: state.chat.flatMap((message) => (message.id === id ? (change(message) ?? []) : [message])) }))
      room
        .send('chat-message', { text: clean })
        .then((ack) => {
          room.change(() => ({ saidAt: serverNow(), refusal: null }))
          settle((message) => {
            const echoed = ack.id && room.store.getState().chat.some((other) => other.id === ack.id)
            const { pending: _pending, ...sent } = message
            return echoed ? null : { ...sent, id: ack.id ?? id }
          })
        })
        .catch((error: unknown) => {
          const refused = isProblem(error) && error.code !== 'offline'
          settle((message) => (refused ? null : { ...message, pending: 'failed' }))
          if (refused) room.change(() => ({ refusal: { at: serverNow(), text: clean, problem: error } }))
        })
    },
    [room, user],
  )
  const retry = useCallback(
    (message: ChatMessage) => {
      room.change((state) => ({ chat: state.chat.filter((other) => other.id !== message.id) }))
      send(message.text)
    },
    [room, send],
  )
  return { send, retry }
}
