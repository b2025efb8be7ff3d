import { createHmac } from 'node:crypto'
import { expect, test } from './support/journey.ts'
import { newAccount, PASSWORD } from './support/person.ts'
import type { Product } from './support/product.ts'
import type { Visitor } from './support/visitor.ts'

const NEW = 'another lantern 48'

/** Passkeys need a name, not a number, for their domain. */
const at = (product: Product, path: string) => product.address.replace('127.0.0.1', 'localhost') + path

function codeOf(secret: string, now: number): string {
  const bits = Array.from(secret, (letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const start = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(start) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

async function mailedLink(product: Product, email: string, kind: string): Promise<string> {
  let link = ''
  await expect
    .poll(async () => {
      const answer = await fetch(`${product.address}/api/v1/outbox-messages?to=${encodeURIComponent(email)}`)
      const { items } = (await answer.json()) as { items: { kind: string; link: string | null }[] }
      return (link = items.find((one) => one.kind === kind)?.link ?? '')
    })
    .not.toBe('')
  const found = new URL(link)
  return found.pathname + found.hash
}

async function signUp(visitor: Visitor, product: Product, name: string) {
  const account = newAccount(name, visitor.locale)
  const { page, t } = visitor
  await page.goto(at(product, '/account'))
  await visitor.button('nav.login').last().click()
  await visitor.button('auth.to-register').click()
  await page.getByLabel(t('auth.name')).fill(name)
  await page.getByLabel(t('auth.email')).fill(account.email)
  await page.getByLabel(t('auth.password'), { exact: true }).fill(PASSWORD)
  await page.getByRole('dialog').getByRole('button', { name: t('auth.register'), exact: true }).click()
  await expect(page.getByRole('heading', { name: t('account.security') })).toBeVisible()
  return account
}

async function logIn(visitor: Visitor, email: string, password: string) {
  const { page, t } = visitor
  await visitor.button('nav.login').last().click()
  const sheet = visitor.sheet('auth.login')
  await sheet.getByLabel(t('auth.email')).fill(email)
  await sheet.getByLabel(t('auth.password'), { exact: true }).fill(password)
  await sheet.getByRole('button', { name: t('auth.login'), exact: true }).click()
  return page
}

test('an address is verified, a password forgotten and set anew', async ({ arrive, product }) => {
  const visitor = await arrive('phone')
  const { page, t } = visitor
  const { email } = await signUp(visitor, product, 'Nan')
  await page.goto(at(product, await mailedLink(product, email, 'identity.verify')))
  await visitor.button('auth.confirm').click()
  await expect(page.getByText(t('account.verify-done'))).toBeVisible()
  await visitor.findsNothingWrong()
  await page.getByRole('link', { name: t('account.title'), exact: true }).first().click()
  await expect(page.getByText(t('account.verified'), { exact: true })).toBeVisible()
  await visitor.button('account.logout').click()

  await visitor.button('nav.login').last().click()
  await visitor.button('auth.forgot').click()
  await page.getByLabel(t('auth.email')).fill(email.toUpperCase())
  await visitor.button('auth.forgot-send').click()
  await expect(page.getByText(t('auth.forgot-mailed'))).toBeVisible()
  await visitor.findsNothingWrong()
  await page.goto(at(product, await mailedLink(product, email, 'identity.reset')))
  await page.getByLabel(t('account.new-password')).fill(NEW)
  await expect(page, 'the secret stays out of the history').toHaveURL(/reset$/)
  await visitor.button('auth.confirm').click()
  await expect(page.getByText(t('account.reset-done'))).toBeVisible()
  await visitor.findsNothingWrong()
  await logIn(visitor, email, NEW)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.goto(at(product, '/account'))
  await expect(page.getByText(email)).not.toHaveCount(0)
  await visitor.findsNothingWrong()
})

test('codes and passkeys are set up, and let their owner in', async ({ arrive, product }) => {
  const visitor = await arrive('desktop')
  const { page, t } = visitor
  const wire = await visitor.context.newCDPSession(page)
  await wire.send('WebAuthn.enable')
  await wire.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  })
  const { email } = await signUp(visitor, product, 'Chai')

  await visitor.button('account.set-up').first().click()
  const sheet = visitor.sheet('account.totp')
  await expect(sheet.getByRole('img', { name: t('account.totp-qr') })).toBeVisible()
  const secret = ((await sheet.locator('p.font-mono').textContent()) ?? '').replaceAll(' ', '')
  await visitor.findsNothingWrong()
  await sheet.getByLabel(t('auth.two-factor')).fill(codeOf(secret, Date.now()))
  await sheet.getByRole('button', { name: t('account.totp-switch-on') }).click()
  await expect(sheet.getByRole('listitem')).toHaveCount(10)
  const [recovery = ''] = await sheet.getByRole('listitem').allTextContents()
  await visitor.findsNothingWrong()
  await visitor.button('account.recovery-kept').click()

  await visitor.button('account.set-up').last().click()
  await visitor.button('account.passkey-add').click()
  await expect(visitor.sheet('account.passkeys').getByRole('listitem')).toHaveCount(1)
  await visitor.findsNothingWrong()
  await visitor.sheet('account.passkeys').getByRole('button', { name: t('action.close') }).click()

  await visitor.button('account.logout').click()
  await logIn(visitor, email, PASSWORD)
  await page.getByLabel(t('auth.two-factor')).fill(recovery)
  await visitor.button('auth.confirm').click()
  await expect(page.getByRole('heading', { name: t('account.security') })).toBeVisible()

  await visitor.button('account.logout').click()
  await visitor.button('nav.login').last().click()
  await visitor.button('auth.use-passkey').click()
  await expect(page.getByRole('heading', { name: t('account.security') })).toBeVisible()
  await expect(page.getByText(email)).not.toHaveCount(0)
})
