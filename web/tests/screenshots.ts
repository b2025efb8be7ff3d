import { execFileSync } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Browser, type Page } from '@playwright/test'
import { newAccount, Person } from './support/person.ts'
import { Product, REPOSITORY, until } from './support/product.ts'
import { wordsOf } from './support/words.ts'

const FOLDER = join(REPOSITORY, 'docs/screenshots')
const MOST_BYTES = 300_000
const t = wordsOf('zh-TW')

interface Row {
  id: string
  shop_id: string
  shop: { slug: string }
}
interface Room {
  pinned: string | null
  chat: unknown[]
  items: { id: string; product: { variants: { id: string; available: number }[] } }[]
}

async function open(browser: Browser, product: Product, kind: 'phone' | 'desktop', signedIn?: { url: string; data: object }): Promise<Page> {
  const phone = kind === 'phone'
  const context = await browser.newContext({
    baseURL: product.address,
    locale: 'zh-TW',
    timezoneId: 'Asia/Taipei',
    colorScheme: 'dark',
    ...(phone ? { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true } : { viewport: { width: 1440, height: 900 } }),
  })
  if (signedIn) {
    expect((await context.request.post(signedIn.url, { data: signedIn.data })).ok()).toBe(true)
    await context.addInitScript(() => localStorage.setItem('nightmarket.session', '1'))
  }
  return context.newPage()
}

/** Everything there is to load has been loaded, and nothing is on the move. */
async function settle(page: Page): Promise<void> {
  await expect(page.getByRole('status', { name: t('state.loading') })).toHaveCount(0)
  await page.evaluate(async () => {
    await document.fonts.ready
    await Promise.all(Array.from(document.images, (image) => image.complete || new Promise((done) => image.addEventListener('load', done, { once: true }))))
  })
}

async function take(page: Page, name: string): Promise<void> {
  await settle(page)
  const png = await page.screenshot({ animations: 'disabled' })
  const path = join(FOLDER, `${name}.webp`)
  const convert = 'import io, sys; from PIL import Image; Image.open(io.BytesIO(sys.stdin.buffer.read())).convert("RGB").save(sys.argv[1], quality=84, method=6)'
  execFileSync(join(REPOSITORY, 'server/.venv/bin/python'), ['-c', convert, path], { input: png })
  expect(statSync(path).size, `${name} is small enough`).toBeLessThanOrEqual(MOST_BYTES)
}

async function inShow(page: Page, id: string): Promise<void> {
  await page.goto(`/live/${id}`)
  await expect.poll(() => page.evaluate(() => document.querySelector('video')?.currentTime ?? 0)).toBeGreaterThan(0.5)
  await expect(page.getByRole('region', { name: t('room.now-showing') })).toBeVisible()
}

async function buy(page: Page, person: Person, show: Row): Promise<string> {
  const { items } = await person.get<Room>(`/streams/${show.id}/room`)
  for (const item of items.slice(0, 2)) {
    const variant = item.product.variants.find((row) => row.available > 0)
    await person.post(`/streams/${show.id}/claims`, { item_id: item.id, variant_id: variant?.id, quantity: 1 })
  }
  await inShow(page, show.id)
  await page.getByRole('button', { name: t('room.bag') }).click()
  await page.getByRole('button', { name: t('room.pay-all') }).click()
  const sheet = page.getByRole('dialog', { name: t('checkout.title') })
  await expect(sheet.getByRole('button', { name: t('checkout.place') })).toBeVisible()
  await take(page, 'checkout')
  const entries = { 'address.phone': '0912 345 678', 'address.postcode': '106', 'address.district': '大安區', 'address.line1': '仁愛路四段 1 號' } as const
  for (const [id, value] of Object.entries(entries) as [keyof typeof entries, string][]) await sheet.getByLabel(t(id), { exact: true }).fill(value)
  await sheet.getByRole('button', { name: t('checkout.place') }).click()
  await page.locator('button[value=paid]').first().click()
  await expect(page.getByRole('heading', { name: t('pay.done') })).toBeVisible()
  await page.getByRole('link', { name: t('pay.see-order') }).click()
  await expect(page.getByRole('heading', { level: 1, name: t('order.number') })).toBeVisible()
  return page.url()
}

test('pictures for the documentation', async ({ browser }) => {
  mkdirSync(FOLDER, { recursive: true })
  const product = await Product.create('--demo')
  try {
    const account = newAccount('小雨')
    account.email = 'buyer-in-pictures@people.example'
    const buyer = await Person.register(product.address, account)
    const show = await until('the demo show is on', async () => (await buyer.get<{ items: Row[] }>('/streams?state=live')).items[0], 180_000)
    await until('it is lively', async () => ((await buyer.get<Room>(`/streams/${show.id}/room`)).chat.length > 7 ? show : null), 180_000)
    const login = { url: '/api/v1/auth/login', data: { email: account.email, password: account.password } }

    const home = await open(browser, product, 'desktop')
    await home.goto('/')
    await expect(home.locator(`a[href="/live/${show.id}"]`).first()).toBeVisible()
    await take(home, 'home')
    await home.context().close()

    const phone = await open(browser, product, 'phone', login)
    await inShow(phone, show.id)
    await take(phone, 'room-phone')
    await phone.goto('/')
    await expect(phone.locator(`a[href="/live/${show.id}"]`).first()).toBeVisible()
    await take(phone, 'home-phone')
    await buy(phone, buyer, show)
    await take(phone, 'order')
    await phone.context().close()

    const desktop = await open(browser, product, 'desktop', login)
    await inShow(desktop, show.id)
    await take(desktop, 'room-desktop')
    await desktop.context().close()

    const [, email, password] = /seller \(TW\)\s+(\S+)\s+(\S+)/.exec(product.log()) ?? []
    const studio = await open(browser, product, 'desktop', { url: login.url, data: { email, password } })
    await studio.goto(`/studio/${show.shop.slug}/shows/${show.id}/control`)
    await expect.poll(() => studio.evaluate(() => document.querySelector('video')?.currentTime ?? 0)).toBeGreaterThan(0.5)
    await take(studio, 'control-room')
  } finally {
    await product.stop()
  }
})
