import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Claim, Stream, StreamItem } from '@/api/types'
import { Room } from '@/shared/realtime/room'
import { useOverlays } from '@/shared/session/overlays'
import { endSession } from '@/shared/session/session'
import { serve, show, signIn, stall } from '@/test-support'
import { SceneContext } from '../room-context'
import { ClaimButton } from './claim-button'

const stream = { id: 'str_1', shop_id: 'shp_1', title: 'Show', state: 'live' } as Stream
const held = {
  id: 'clm_1', state: 'held', item_id: 'itm_1', variant_id: 'var_1', stream_id: 'str_1', quantity: 1,
  unit_price: { amount: 490, currency: 'TWD' }, hold_expires_at: new Date(Date.now() + 600_000).toISOString(), position: null,
} as Claim
const none = { items: [], next_cursor: null }

function open(item: StreamItem = stall(), state: Stream['state'] = 'live') {
  const room = new Room('str_1', 'usr_1')
  room.change(() => ({ ready: true, state, items: [item], pinned: item.id }))
  show(
    <SceneContext value={{ room, stream }}>
      <ClaimButton item={item} />
    </SceneContext>,
  )
}

beforeEach(signIn)
afterEach(() => {
  endSession()
  useOverlays.setState({ auth: null, checkout: null })
  vi.unstubAllGlobals()
})

describe('claim button', () => {
  it('answers in place and leads to paying for exactly this claim', async () => {
    const calls = serve({ 'GET /me/claims': { body: none }, 'POST /streams/str_1/claims': { status: 201, body: { claim: held } } })
    open()
    await userEvent.click(screen.getByRole('button', { name: 'Claim' }))
    await userEvent.click(await screen.findByRole('button', { name: 'Pay' }))
    expect(calls.find((call) => call.method === 'POST')).toMatchObject({ body: { item_id: 'itm_1', variant_id: 'var_1', quantity: 1 }, key: expect.stringMatching(/^[0-9a-f]{32}$/) as string })
    expect(useOverlays.getState().checkout).toEqual({ shopId: 'shp_1', claimIds: ['clm_1'] })
  })

  it('repeats a lost request under the same key', async () => {
    let tries = 0
    const calls = serve({
      'GET /me/claims': { body: none },
      'POST /streams/str_1/claims': () => ((tries += 1) === 1 ? 'offline' : { status: 201, body: { claim: held } }),
    })
    open()
    await userEvent.click(screen.getByRole('button', { name: 'Claim' }))
    await screen.findByRole('alert')
    await userEvent.click(screen.getByRole('button', { name: 'Claim' }))
    await screen.findByRole('button', { name: 'Pay' })
    const keys = calls.filter((call) => call.method === 'POST').map((call) => call.key)
    expect(keys).toHaveLength(2)
    expect(keys[0]).toBe(keys[1])
  })

  it('says that it is sold out, and shows the place in the line', async () => {
    serve({ 'GET /me/claims': { body: none }, 'POST /streams/str_1/claims': { status: 409, body: { code: 'sold-out' } } })
    open()
    await userEvent.click(screen.getByRole('button', { name: 'Claim' }))
    expect((await screen.findByRole('alert')).textContent).toBe('Sold out just now.')
  })

  it('waits in line for what is gone', async () => {
    serve({ 'GET /me/claims': { body: none }, 'POST /streams/str_1/claims': { status: 202, body: { claim: { ...held, state: 'waitlisted', position: 3, hold_expires_at: null } } } })
    open(stall({ available: 0 }))
    await userEvent.click(screen.getByRole('button', { name: 'Join the waitlist' }))
    expect(await screen.findByText('On the waitlist, number 3')).toBeTruthy()
  })

  it('asks a guest to log in and then does what was asked', async () => {
    endSession()
    const calls = serve({ 'GET /me/claims': { body: none }, 'POST /streams/str_1/claims': { status: 201, body: { claim: held } } })
    open()
    await userEvent.click(screen.getByRole('button', { name: 'Claim' }))
    expect(calls).toHaveLength(0)
    signIn()
    useOverlays.getState().auth?.after?.()
    expect(await screen.findByRole('button', { name: 'Pay' })).toBeTruthy()
  })

  it('offers nothing before the show and the product after it', () => {
    serve({ 'GET /me/claims': { body: none } })
    open(stall(), 'scheduled')
    expect(screen.queryByRole('button')).toBeNull()
    open(stall(), 'ended')
    expect(screen.getByRole('link', { name: 'See the product' }).getAttribute('href')).toBe('/products/prd_1')
  })
})
