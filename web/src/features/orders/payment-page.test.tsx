import { screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { endSession } from '@/shared/session/session'
import { serve, show, signIn } from '@/test-support'
import PaymentPage from './payment-page'

const twd = (amount: number) => ({ amount, currency: 'TWD' })
const order = (state: string, payment: string) => ({
  id: 'ord_1', number: 'TW1', state, shop_id: 'shp_1', shop: null, pay_by: new Date(Date.now() + 900_000).toISOString(), lines: [],
  subtotal: twd(490), shipping: twd(0), discount: twd(0), total: twd(490), payments: [{ id: 'pay_1', method: 'sandbox', state: payment }], shipments: [], history: [],
})
const methods = { body: { items: [{ method: 'sandbox', least: twd(1), most: twd(9999) }], next_cursor: null } }
const payment = { body: { id: 'pay_1', payable: 'ord_1', method: 'sandbox', state: 'pending', action: { type: 'redirect', url: '/gateway' } } }

beforeEach(signIn)
afterEach(() => {
  vi.useRealTimers()
  endSession()
  vi.unstubAllGlobals()
})

it('updates itself when the money arrives', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  let paid = false
  serve({ 'GET /orders/ord_1': () => ({ body: paid ? order('paid', 'paid') : order('pending_payment', 'pending') }), 'GET /payments/pay_1': payment })
  show(<PaymentPage />, { at: '/payments/pay_1', path: '/payments/:paymentId' })
  expect(await screen.findByText('Waiting for the payment')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Open the payment page' })).toBeTruthy()
  paid = true
  await vi.advanceTimersByTimeAsync(2_500)
  expect(await screen.findByText('Paid. Thank you!')).toBeTruthy()
})

it('offers another attempt after a failure', async () => {
  serve({ 'GET /orders/ord_1': { body: order('pending_payment', 'failed') }, 'GET /payments/pay_1': payment, 'GET /payment-methods': methods })
  show(<PaymentPage />, { at: '/pay/ord_1', path: '/pay/:orderId' })
  expect(await screen.findByText('The payment did not go through')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Pay now' })).toBeTruthy()
})

it('sends a guest to the log-in instead of an error', () => {
  endSession()
  serve({})
  show(<PaymentPage />, { at: '/pay/ord_1', path: '/pay/:orderId' })
  expect(screen.getByRole('button', { name: 'Log in' })).toBeTruthy()
})
