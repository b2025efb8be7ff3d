import { randomUUID } from 'node:crypto'
import type { Locale } from '../../src/shared/i18n/locales.ts'

export const PASSWORD = 'violet lantern 47'
let born = 0

export interface Account {
  name: string
  email: string
  password: string
  locale: Locale
  market: 'TW' | 'TH'
}

/** An account nobody else uses in this run. */
export function newAccount(name: string, locale: Locale = 'zh-TW'): Account {
  born += 1
  return { name, email: `${name.toLowerCase()}${born}@people.example`, password: PASSWORD, locale, market: locale === 'th' ? 'TH' : 'TW' }
}

/** What the registration endpoint wants to know of an account. */
export const registration = ({ name, email, password, locale, market }: Account) => ({ email, password, display_name: name, locale, market })

/** Somebody using the public API without a browser. */
export class Person {
  private token = ''

  constructor(
    private readonly address: string,
    readonly account: Account,
  ) {}

  static async register(address: string, account: Account): Promise<Person> {
    const person = new Person(address, account)
    person.token = (await person.post<{ access_token: string }>('/auth/register', registration(account))).access_token
    return person
  }

  get<T>(path: string): Promise<T> {
    return this.ask<T>('GET', path)
  }

  post<T>(path: string, body?: unknown): Promise<T> {
    return this.ask<T>('POST', path, body)
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.ask<T>('PATCH', path, body)
  }

  remove(path: string): Promise<void> {
    return this.ask('DELETE', path)
  }

  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.address}/api/v1${path}`, {
      method,
      headers: {
        'Idempotency-Key': randomUUID(),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
    return (text ? JSON.parse(text) : null) as T
  }
}
