import { Problem, problemOf } from './problem'
import { currentToken, pendingRenewal, renewGrant } from './token'

type Query = Record<string, string | number | boolean | null | undefined>
interface Options {
  query?: Query
  body?: unknown
  /** Required by the server for every POST that moves money or stock; the same key makes a repeat harmless. */
  key?: string
  signal?: AbortSignal
}

const PREFIX = '/api/v1'

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function pathWith(path: string, query: Query = {}): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value))
  }
  const text = params.toString()
  return `${PREFIX}${path}${text ? `?${text}` : ''}`
}

async function attempt(method: string, path: string, { query, body, key, signal }: Options): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  const token = currentToken()
  if (token) headers['authorization'] = `Bearer ${token}`
  if (key) headers['idempotency-key'] = key
  const init: RequestInit = { method, headers, credentials: 'same-origin' }
  if (body !== undefined) init.body = JSON.stringify(body)
  if (signal) init.signal = signal
  try {
    return await fetch(pathWith(path, query), init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Problem(0, 'offline')
  }
}

async function ask(method: string, path: string, options: Options = {}): Promise<Response> {
  const waiting = pendingRenewal()
  if (waiting && !path.startsWith('/auth/')) await waiting
  let response = await attempt(method, path, options)
  if (response.status === 401 && !path.startsWith('/auth/') && currentToken() && (await renewGrant())) {
    response = await attempt(method, path, options)
  }
  if (!response.ok) throw await problemOf(response)
  return response
}

async function request<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const response = await ask(method, path, options)
  if (response.status === 204 || response.headers.get('content-length') === '0') return undefined as T
  return (await response.json()) as T
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) =>
  request<T>('GET', path, { ...(query && { query }), ...(signal && { signal }) })
export const getFile = async (path: string, query: Query = {}) => (await ask('GET', path, { query })).blob()
export const post = <T>(path: string, body?: unknown, key?: string) => request<T>('POST', path, { body, ...(key && { key }) })
export const patch = <T>(path: string, body: unknown) => request<T>('PATCH', path, { body })
export const put = <T>(path: string, body?: unknown) => request<T>('PUT', path, { body })
export const remove = <T = void>(path: string, body?: unknown) => request<T>('DELETE', path, { body })
