import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, it, vi } from 'vitest'
import { endSession, useSession } from '@/shared/session/session'
import { buyer, serve, show } from '@/test-support'
import { LoginForm } from './login-form'

afterEach(() => {
  endSession()
  vi.unstubAllGlobals()
})

async function fill(password: string) {
  const user = userEvent.setup()
  await user.type(screen.getByLabelText('E-mail'), 'ann@example.com')
  await user.type(screen.getByLabelText('Password'), password)
  await user.click(screen.getByRole('button', { name: 'Log in' }))
}

it('says in words what is wrong, and stays open', async () => {
  serve({ 'POST /auth/login': { status: 401, body: { code: 'wrong-credentials', title: 'raw' } } })
  const done = vi.fn()
  show(<LoginForm onDone={done} />)
  await fill('nope-nope')
  expect((await screen.findByRole('alert')).textContent).toContain('The e-mail or password is not right.')
  expect(done).not.toHaveBeenCalled()
})

it('opens a session and goes on', async () => {
  serve({ 'POST /auth/login': { body: { user: buyer, access_token: 't', expires_in: 900 } } })
  const done = vi.fn()
  show(<LoginForm onDone={done} />)
  await fill('right-one')
  await vi.waitFor(() => expect(done).toHaveBeenCalledOnce())
  expect(useSession.getState()).toMatchObject({ status: 'user', user: { display_name: 'Ann' } })
})

it('asks for the second factor when the account has one', async () => {
  const calls = serve({
    'POST /auth/login': { body: { two_factor_required: true, challenge: 'c1' } },
    'POST /auth/two-factor': { body: { user: buyer, access_token: 't', expires_in: 900 } },
  })
  const done = vi.fn()
  show(<LoginForm onDone={done} />)
  await fill('right-one')
  await userEvent.type(await screen.findByLabelText('Code from your authenticator app'), '123456')
  await userEvent.click(screen.getByRole('button', { name: 'Confirm' }))
  await vi.waitFor(() => expect(done).toHaveBeenCalledOnce())
  expect(calls.at(-1)).toMatchObject({ path: '/auth/two-factor', body: { challenge: 'c1', code: '123456' } })
})
