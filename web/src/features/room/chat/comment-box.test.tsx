import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Problem } from '@/api/problem'
import type { Stream } from '@/api/types'
import { Room } from '@/shared/realtime/room'
import { endSession } from '@/shared/session/session'
import { serve, show, signIn, stall } from '@/test-support'
import { openRules } from '@/shared/realtime/room-view'
import CommentHint from '../notices/comment-hint'
import { SceneContext } from '../room-context'
import { ChatList } from './chat-list'
import { CommentBox } from './comment-box'

function open(send: () => Promise<unknown>) {
  const room = new Room('str_1', 'usr_1')
  room.change(() => ({ ready: true, state: 'live', items: [stall()], pinned: 'itm_1' }))
  vi.spyOn(room, 'send').mockImplementation(send as never)
  show(
    <SceneContext value={{ room, stream: { id: 'str_1', shop_id: 'shp_1', shop: { slug: 'lamps' } } as Stream }}>
      <ChatList />
      <CommentHint />
      <CommentBox />
    </SceneContext>,
  )
  return room
}

const lamps = { id: 'shp_1', slug: 'lamps', name: 'Lamps', is_following: false }
const box = () => screen.getByLabelText<HTMLInputElement>('Comment')

beforeEach(() => {
  signIn()
  serve({ 'GET /shops/lamps': { body: lamps } })
})
afterEach(() => {
  endSession()
  vi.unstubAllGlobals()
})

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

it('takes back what the room refused, says why, and leaves the words to be changed', async () => {
  const room = open(() => Promise.reject(new Problem(422, 'message-blocked', { reason: 'link' })))
  await userEvent.type(box(), 'see www.x.example{Enter}')
  expect((await screen.findByRole('alert')).textContent).toBe('Links cannot be sent in this chat. Take the link out and try again.')
  expect(room.store.getState().chat).toHaveLength(0)
  expect(box().value).toBe('see www.x.example')
})

it('does not bring an order back: it has been taken, though the chat did not show it', async () => {
  open(() => Promise.reject(new Problem(403, 'muted-in-room')))
  await userEvent.type(box(), 'A1+1{Enter}')
  await waitFor(() => expect(box().value).toBe(''))
})

it('a muted person is told that orders still get through, and may send them', async () => {
  const room = open(() => Promise.resolve({ id: 'cht_9', seq: 4 }))
  room.change(() => ({ muted: true }))
  expect(await screen.findByText('You cannot chat here for now. Orders still get through.')).toBeTruthy()
  expect(box().disabled).toBe(false)
})

it('offers to follow where only followers chat, and then the way is free', async () => {
  const calls = serve({ 'GET /shops/lamps': () => ({ body: { ...lamps, is_following: calls.some((call) => call.method === 'PUT') } }), 'PUT /shops/shp_1/follow': { body: {} } })
  const room = open(() => Promise.resolve({ id: 'cht_9', seq: 4 }))
  room.change(() => ({ rules: { ...openRules, followers_only_minutes: 0 } }))
  expect(await screen.findByText('Only followers can chat. Orders always get through.')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Follow' }))
  await waitFor(() => expect(screen.queryByText('Only followers can chat. Orders always get through.')).toBeNull())
  expect(document.activeElement).toBe(box())
})
