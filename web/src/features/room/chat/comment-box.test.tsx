import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Problem } from '@/api/problem'
import type { Stream } from '@/api/types'
import { Room } from '@/shared/realtime/room'
import { endSession } from '@/shared/session/session'
import { Toasts } from '@/shared/ui/notice'
import { show, signIn, stall } from '@/test-support'
import { SceneContext } from '../room-context'
import { ChatList } from './chat-list'
import { CommentBox } from './comment-box'

function open(send: () => Promise<unknown>) {
  const room = new Room('str_1', 'usr_1')
  room.change(() => ({ ready: true, state: 'live', items: [stall()], pinned: 'itm_1' }))
  vi.spyOn(room, 'send').mockImplementation(send as never)
  show(
    <SceneContext value={{ room, stream: { id: 'str_1', shop_id: 'shp_1' } as Stream }}>
      <ChatList />
      <CommentBox />
      <Toasts />
    </SceneContext>,
  )
  return room
}

beforeEach(signIn)
afterEach(endSession)

it('hints at an order for the item on screen and shows the comment at once', async () => {
  const room = open(() => Promise.resolve({ id: 'cht_9', seq: 4 }))
  await userEvent.type(screen.getByPlaceholderText('Write, or order: A1+1'), 'A1+2{Enter}')
  expect(screen.getByText('A1+2')).toBeTruthy()
  await waitFor(() => expect(room.store.getState().chat.map((message) => message.id)).toEqual(['cht_9']))
})

it('keeps what the network lost, with a way to send it again', async () => {
  open(() => Promise.reject(new Problem(0, 'offline')))
  await userEvent.type(screen.getByLabelText('Comment'), 'hello{Enter}')
  expect(await screen.findByText('Not sent. Tap to try again.')).toBeTruthy()
})

it('takes back what the room refused, and says why', async () => {
  const room = open(() => Promise.reject(new Problem(403, 'muted-in-room')))
  await userEvent.type(screen.getByLabelText('Comment'), 'hello{Enter}')
  expect(await screen.findByText('You cannot write in this chat at the moment.')).toBeTruthy()
  expect(room.store.getState().chat).toHaveLength(0)
})
