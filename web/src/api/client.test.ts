import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { get, pathWith, post } from './client'
import { Problem } from './problem'
import { takeGrant } from './token'

const user = { id: 'usr_1', display_name: 'A', email: null, locale: 'en', market: 'TW' as const, roles: [], show_activity: true, email_verified: false, erase_at: null }
const grant = (token: string) => ({ user, access_token: token, expires_in: 900 })
const answer = (status: number, body: unknown, type = 'application/json') => new Response(JSON.stringify(body), { status, headers: { 'content-type': type } })
const fetcher = vi.fn<(url: string, init?: RequestInit) => Promise<Response>>()
const header = (init: RequestInit | undefined, name: string) => (init?.headers as Record<string, string> | undefined)?.[name]

beforeEach(() => {
  fetcher.mockReset()
  vi.stubGlobal('fetch', fetcher)
  takeGrant(grant('old'))
})
afterEach(() => vi.unstubAllGlobals())

describe('http client', () => {
  it('renews once for many refused requests and repeats them', async () => {
    let renewals = 0
    fetcher.mockImplementation((url, init) => {
      if (url.endsWith('/auth/refresh')) {
        renewals += 1
        return Promise.resolve(answer(200, grant('new')))
      }
      return Promise.resolve(header(init, 'authorization') === 'Bearer new' ? answer(200, { ok: url }) : answer(401, { code: 'sign-in-required' }))
    })
    const both = await Promise.all([get<{ ok: string }>('/me'), get<{ ok: string }>('/cart')])
    expect(both.map((row) => row.ok)).toEqual(['/api/v1/me', '/api/v1/cart'])
    expect(renewals).toBe(1)
  })

  it('repeats with the same idempotency key', async () => {
    const seen: (string | undefined)[] = []
    fetcher.mockImplementation((url, init) => {
      if (url.endsWith('/auth/refresh')) return Promise.resolve(answer(200, grant('new')))
      seen.push(header(init, 'idempotency-key'))
      return Promise.resolve(seen.length === 1 ? answer(401, {}) : answer(201, {}))
    })
    await post('/orders', {}, 'k1')
    expect(seen).toEqual(['k1', 'k1'])
  })

  it('turns answers into problems by code', async () => {
    fetcher.mockResolvedValue(answer(409, { code: 'sold-out', request_id: 'r1', errors: [{ field: 'quantity', code: 'too-many' }] }, 'application/problem+json'))
    const error: unknown = await post('/x').catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Problem)
    expect(error).toMatchObject({ code: 'sold-out', status: 409, requestId: 'r1', fields: [{ field: 'quantity', code: 'too-many' }] })
  })

  it('says offline when there is no answer and keeps junk out of the way', async () => {
    fetcher.mockRejectedValueOnce(new TypeError('failed'))
    await expect(get('/x')).rejects.toMatchObject({ code: 'offline', status: 0 })
    fetcher.mockResolvedValueOnce(new Response('<html>', { status: 502 }))
    await expect(get('/x')).rejects.toMatchObject({ code: 'http-502' })
  })

  it('leaves empty filters out of the address', () => {
    expect(pathWith('/products', { q: '燈', shop: '', cursor: null, in_stock: true })).toBe('/api/v1/products?q=%E7%87%88&in_stock=true')
  })
})
