import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ChatMessage } from '@/shared/realtime/frames'
import { Room } from '@/shared/realtime/room'
import { endSession } from '@/shared/session/session'
import { serve, show, signIn } from '@/test-support'
import type { Desk, ShopStream, WorkShop } from '../api/types'
import { ShopContext } from '../shop-context'
import { FloorContext } from './floor-context'
import { MessageSheet } from './message-sheet'

const message = (role: string, id = 'usr_2'): ChatMessage => ({ id: 'cht_1', user: { id, name: 'Bo', role }, text: 'fake goods!', at: 0 })
const desk: Desk = { rules: { slow_mode_seconds: 0, followers_only_minutes: null, links: 'mask', contacts: 'mask', raid_until: null }, words: [], presets: [], restrictions: [] }
const muted: Desk = { ...desk, restrictions: [{ kind: 'mute', shadow: true, user: { id: 'usr_2', name: 'Bo' }, until: null, set_by: { id: 'usr_1', name: 'Ann' }, set_at: '2026-01-21T13:00:00Z' }] }

function open(my_role: string, about: ChatMessage, answer = desk) {
  const calls = serve({ 'GET /streams/str_1/moderation': { body: answer }, 'POST /streams/str_1/moderation': { status: 204 } })
  const onClose = vi.fn()
  show(
    <ShopContext value={{ id: 'shp_1', slug: 'lamps', my_role } as WorkShop}>
      <FloorContext value={{ room: new Room('str_1'), show: { id: 'str_1', state: 'live' } as ShopStream }}>
        <MessageSheet message={about} onClose={onClose} onClaim={vi.fn()} />
      </FloorContext>
    </ShopContext>,
  )
  return { calls, onClose }
}
const offered = () => screen.getAllByRole('button').map((button) => button.textContent)

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true
  }
  HTMLDialogElement.prototype.close = function () {
    this.open = false
  }
  signIn()
})
afterEach(() => {
  endSession()
  vi.unstubAllGlobals()
})

describe('what may be done about a message', () => {
  it('offers a moderator everything about a buyer', () => {
    open('moderator', message('buyer'))
    expect(offered()).toEqual(expect.arrayContaining(['studio.reply', 'studio.claim-for', 'studio.pin-message', 'studio.delete-message', 'studio.delete-all', 'studio.mute-shadow', 'studio.ban']))
    expect(offered()).not.toContain('studio.unmute')
  })

  it('lets nobody restrict somebody of the same rank, or themselves', () => {
    open('moderator', message('moderator'))
    expect(offered()).toEqual(['', 'studio.pin-message', 'studio.delete-message'])
  })

  it('lets the owner silence a moderator, but not the other way round', () => {
    open('owner', message('moderator'))
    expect(offered()).toContain('studio.ban')
  })

  it('mutes quietly in one tap', async () => {
    const { calls, onClose } = open('moderator', message('buyer'))
    await userEvent.click(screen.getByRole('button', { name: 'studio.mute-shadow' }))
    await waitFor(() => expect(onClose).toHaveBeenCalledOnce())
    expect(calls.find((call) => call.method === 'POST')?.body).toEqual({ action: 'mute', user_id: 'usr_2', shadow: true })
  })

  it('offers to lift only what is in force', async () => {
    const { calls } = open('moderator', message('buyer'), muted)
    await userEvent.click(await screen.findByRole('button', { name: 'studio.unmute' }))
    await waitFor(() => expect(calls.find((call) => call.method === 'POST')?.body).toEqual({ action: 'unmute', user_id: 'usr_2' }))
    expect(offered()).not.toContain('studio.unban')
  })

  it('bans after asking, and takes the messages along unless told otherwise', async () => {
    const { calls } = open('moderator', message('buyer'))
    await userEvent.click(screen.getByRole('button', { name: 'studio.ban' }))
    expect(calls.some((call) => call.method === 'POST')).toBe(false)
    await userEvent.click(screen.getAllByRole('button', { name: 'studio.ban' }).at(-1)!)
    await waitFor(() => expect(calls.find((call) => call.method === 'POST')?.body).toEqual({ action: 'ban', user_id: 'usr_2', delete_messages: true }))
  })
})
