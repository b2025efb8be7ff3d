import { expect, type Browser, type BrowserContext, type Locator, type Page } from '@playwright/test'
import type { Locale } from '../../src/shared/i18n/locales.ts'
import { registration, type Account } from './person.ts'
import { rawIds, wordsOf, type WordId, type Words } from './words.ts'

interface Device {
  locale: Locale
  timezoneId: string
  viewport: { width: number; height: number }
  isMobile?: boolean
  hasTouch?: boolean
}

export const DEVICES = {
  phone: { locale: 'zh-TW', timezoneId: 'Asia/Taipei', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
  desktop: { locale: 'th', timezoneId: 'Asia/Bangkok', viewport: { width: 1440, height: 900 } },
} satisfies Record<string, Device>
export type DeviceName = keyof typeof DEVICES

const SESSION = /\/wh[ei]p\/[^/]+\/[^/]+$/

/** Somebody with a browser, whose browser must have nothing to complain about. */
export class Visitor {
  readonly complaints: string[] = []
  private readonly forgiven: RegExp[] = []
  t: Words

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    public locale: Locale,
  ) {
    this.t = wordsOf(locale)
    page.on('console', (message) => {
      if (SESSION.test(message.location().url) && message.text().includes('404')) return
      if (['error', 'warning'].includes(message.type())) this.complaints.push(`console ${message.type()}: ${message.text()} (${message.location().url})`)
    })
    page.on('pageerror', (error) => this.complaints.push(`uncaught: ${error.message}`))
    page.on('requestfailed', (request) => {
      // The page itself breaks off what it no longer needs.
      const reason = request.failure()?.errorText
      if (reason !== 'net::ERR_ABORTED') this.complaints.push(`request failed: ${request.method()} ${request.url()} ${reason}`)
    })
    page.on('response', (answer) => {
      // Both sides may end a session at the same moment.
      if (answer.status() === 404 && answer.request().method() === 'DELETE' && SESSION.test(answer.url())) return
      if (answer.status() >= 400) this.complaints.push(`answered ${answer.status()}: ${answer.request().method()} ${answer.url()}`)
    })
  }

  static async arrive(browser: Browser, baseURL: string, device: Device): Promise<Visitor> {
    const context = await browser.newContext({ ...device, baseURL, colorScheme: 'dark' })
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => console.error(`policy violated: ${event.effectiveDirective} ${event.blockedURI}`))
    })
    return new Visitor(context, await context.newPage(), device.locale)
  }

  /** Has a new account, and a session from before as the browser keeps it. */
  async register(account: Account): Promise<void> {
    await this.takeSession('register', registration(account))
  }

  /** The same for an account that exists; the screens then speak the language of the account. */
  async logIn({ email, password, locale }: Account): Promise<void> {
    await this.takeSession('login', { email, password })
    this.speaks(locale)
  }

  private async takeSession(way: 'register' | 'login', data: object): Promise<void> {
    const answer = await this.context.request.post(`/api/v1/auth/${way}`, { data })
    expect(answer.ok(), await answer.text()).toBe(true)
    await this.context.addInitScript(() => localStorage.setItem('nightmarket.session', '1'))
  }

  /** Trouble that belongs to the journey, such as a server that is gone. */
  expects(...trouble: RegExp[]): void {
    this.forgiven.push(...trouble)
  }

  speaks(locale: Locale): void {
    this.locale = locale
    this.t = wordsOf(locale)
  }

  button(id: WordId, values?: Record<string, string>): Locator {
    return this.page.getByRole('button', { name: this.t(id, values), exact: true })
  }

  sheet(id: WordId): Locator {
    return this.page.getByRole('dialog', { name: this.t(id) })
  }

  /** What must hold on every screen: it fits, it speaks, the browser is content. */
  async findsNothingWrong(): Promise<void> {
    const seen = await this.page.evaluate(() => ({
      text: [document.body.innerText, ...Array.from(document.querySelectorAll('[aria-label],[placeholder],[title]'), (node) => ['aria-label', 'placeholder', 'title'].map((name) => node.getAttribute(name) ?? '').join(' '))].join('\n'),
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    }))
    expect.soft(rawIds(seen.text), `message ids instead of words on ${this.page.url()}`).toEqual([])
    expect.soft(seen.wide, `${this.page.url()} scrolls sideways`).toBeLessThanOrEqual(0)
    this.isContent()
  }

  isContent(): void {
    const found = this.complaints.filter((line) => !this.forgiven.some((pattern) => pattern.test(line)))
    expect.soft(found, `the browser complains on ${this.page.url()}`).toEqual([])
    this.complaints.length = 0
  }
}
