import { QueryClientProvider } from '@tanstack/react-query'
import { render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { MemoryRouter, Route, Routes } from 'react-router'
import { vi } from 'vitest'
import { takeGrant } from '@/api/token'
import type { Product, StreamItem, User } from '@/api/types'
import { queryClient } from '@/shared/data/client'

export const buyer: User = { id: 'usr_1', display_name: 'Ann', email: 'ann@example.com', locale: 'en', market: 'TW', roles: ['buyer'], show_activity: true, email_verified: true, erase_at: null }

export function signIn(): void {
  takeGrant({ user: buyer, access_token: 'token', expires_in: 900 })
}

export interface Call {
  method: string
  path: string
  body: unknown
  key: string | null
}
type Answer = { status?: number; body?: unknown } | 'offline'

/** A server of canned answers by "METHOD /path"; what it has no answer for is a failing test. */
export function serve(answers: Record<string, Answer | ((call: Call) => Answer)>): Call[] {
  const calls: Call[] = []
  vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    const path = url.replace('/api/v1', '').replace(/\?.*/, '')
    const call = { method: init.method ?? 'GET', path, body: init.body ? (JSON.parse(String(init.body)) as unknown) : null, key: headers.get('idempotency-key') }
    calls.push(call)
    const found = answers[`${call.method} ${path}`]
    if (!found) return Promise.reject(new Error(`no answer for ${call.method} ${path}`))
    const answer = typeof found === 'function' ? found(call) : found
    if (answer === 'offline') return Promise.reject(new TypeError('network'))
    const status = answer.status ?? 200
    return Promise.resolve(new Response(status === 204 ? null : JSON.stringify(answer.body ?? {}), { status }))
  })
  return calls
}

export function show(ui: ReactNode, { at = '/', path = '*' }: { at?: string; path?: string } = {}) {
  queryClient.clear()
  return render(
    <QueryClientProvider client={queryClient}>
      <MemoryRouter initialEntries={[at]}>
        <Routes>
          <Route path={path} element={ui} />
        </Routes>
      </MemoryRouter>
    </QueryClientProvider>,
  )
}

const product: Product = {
  id: 'prd_1', shop_id: 'shp_1', title: 'Lantern', description: '', category: null, status: 'active', images: [],
  variants: [{ id: 'var_1', sku: null, options: {}, price: { amount: 590, currency: 'TWD' }, available: 5 }],
}

export function stall(changes: Partial<StreamItem> = {}): StreamItem {
  return {
    id: 'itm_1', stream_id: 'str_1', code: 'A1', product, live_price: { amount: 490, currency: 'TWD' }, limit_per_buyer: 2, stock: null, mode: 'stock', first_paid: false, available: 5, pinned: true, ...changes,
  }
}
