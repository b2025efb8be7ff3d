import { screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Claim, Stream } from '@/api/types'
import { Room } from '@/shared/realtime/room'
import { useOverlays } from '@/shared/session/overlays'
import { endSession, useSession } from '@/shared/session/session'
import { Toasts } from '@/shared/ui/notice'
import { serve, show, signIn, stall } from '@/test-support'
import { SceneContext } from '../room-context'
import AnswerCard from './answer-card'

const stream = { id: 'str_1', shop_id: 'shp_1', title: 'Show', state: 'live' } as Stream
const claim = {
  id: 'clm_1', state: 'held', code: 'A1', item_id: 'itm_1', variant_id: 'var_1', stream_id: 'str_1', quantity: 2,
  unit_price: { amount: 490, currency: 'TWD' }, hold_expires_at: new Date(Date.now() + 600_000).toISOString(), position: null,
} as Claim

function open() {
  history.replaceState(null, '', '/live/str_1?comment=proof&at=5')
  const room = new Room('str_1', 'usr_1')
  room.change(() => ({ ready: true, state: 'live', items: [stall()] }))
  show(
    <SceneContext value={{ room, stream }}>
      <AnswerCard />
      <Toasts />
    </SceneContext>,
  )
}

afterEach(() => {
  endSession()
  useOverlays.setState({ auth: null, checkout: null })
  vi.unstubAllGlobals()
})

describe('the personal link of a comment written elsewhere', () => {
  it('asks a guest to log in, and then claims once, out of sight of the address bar', async () => {
    const calls = serve({ 'POST /comment-links': { body: { stream_id: 'str_1', result: { outcome: 'held', claim, claims: [claim] } } } })
    useSession.setState({ status: 'guest', user: null })
    open()
    await waitFor(() => expect(useOverlays.getState().auth).not.toBeNull())
    expect(location.search).toBe('?at=5')
    expect(calls).toEqual([])
    signIn()
    await screen.findByRole('button', { name: 'Pay' })
    expect(calls.map((call) => call.body)).toEqual([{ token: 'proof' }])
  })

  it('says when the link is not good any more', async () => {
    const calls = serve({ 'POST /comment-links': { status: 404, body: { code: 'not-found', title: 'x', status: 404 } } })
    signIn()
    open()
    await screen.findByText('We could not find that.')
    expect(calls).toHaveLength(1)
    expect(screen.queryByRole('button', { name: 'Pay' })).toBeNull()
  })
})
