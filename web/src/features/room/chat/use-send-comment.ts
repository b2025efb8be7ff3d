import { useCallback } from 'react'
import { newKey } from '@/api/client'
import { isProblem } from '@/api/problem'
import { problemText } from '@/shared/hooks/problem-text'
import { serverNow } from '@/shared/hooks/now'
import { useT } from '@/shared/i18n/store'
import type { ChatMessage } from '@/shared/realtime/frames'
import { useUser } from '@/shared/session/session'
import { notify } from '@/shared/ui/notice'
import { useScene } from '../room-context'

/** Shows a comment at once, and marks it when it could not be delivered. */
export function useSendComment() {
  const t = useT()
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
        .send<{ id?: string }>('chat-message', { text: clean })
        .then((ack) =>
          settle((message) => {
            const echoed = ack.id && room.store.getState().chat.some((other) => other.id === ack.id)
            const { pending: _pending, ...sent } = message
            return echoed ? null : { ...sent, id: ack.id ?? id }
          }),
        )
        .catch((error: unknown) => {
          const lost = isProblem(error, 'offline')
          settle((message) => (lost ? { ...message, pending: 'failed' } : null))
          if (!lost) notify(problemText(t, error), 'failed')
        })
    },
    [room, user, t],
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
