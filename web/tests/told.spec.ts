import { expect, test } from './support/journey.ts'
import { newAccount, Person } from './support/person.ts'
import { until } from './support/product.ts'

interface Message {
  title: string
  body: string
  kind: string
}

/** What the outbox page has for an address, newest first. */
async function outbox(address: string, to: string): Promise<Message[]> {
  const answer = await fetch(`${address}/api/v1/outbox-messages?to=${encodeURIComponent(to)}`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { items: Message[] }).items
}

test('who waited is told that it is their turn: in the inbox, and by mail on the outbox page', async ({ arrive, product, show, stall }) => {
  const item = await stall.offer(show, 1)
  const first = await Person.register(product.address, newAccount('Fon'))
  const account = newAccount('Lan')
  const second = await Person.register(product.address, account)
  const wish = { item_id: item.id, quantity: 1 }
  const held = await first.post<{ claim: { id: string } }>(`/streams/${show}/claims`, wish)
  const waiting = await second.post<{ claim: { state: string } }>(`/streams/${show}/claims`, wish)
  expect(waiting.claim.state).toBe('waitlisted')
  await first.remove(`/claims/${held.claim.id}`)

  const visitor = await arrive('phone')
  await visitor.logIn(account)
  const { page, t } = visitor
  await page.goto('/')
  const bell = page.getByRole('link', { name: t('inbox.title') })
  await expect(page.getByRole('link', { name: t('nav.inbox', { count: '1' }) })).toBeVisible({ timeout: 60_000 })
  await bell.click()
  await expect(page.getByRole('heading', { name: t('inbox.title'), level: 1 })).toBeVisible()
  const told = page.getByRole('listitem').filter({ hasText: item.title })
  await expect(told).toContainText('輪到你了')
  await expect(told).toContainText(t('inbox.new'))
  await visitor.findsNothingWrong()

  const mail = await until('the mail is there', async () => (await outbox(product.address, account.email)).find(({ kind }) => kind === 'claims.promoted'))
  await page.goto(`/outbox?to=${account.email}`)
  await expect(page.getByRole('heading', { name: mail.title, level: 2 })).toBeVisible()

  // Its card leads to the bag, where the claim is paid; and it is not new any more.
  await page.goto('/notifications')
  await told.getByRole('link').click()
  await expect(page).toHaveURL(/\/bag$/)
  await page.goto('/notifications')
  await expect(told).not.toContainText(t('inbox.new'))
  await visitor.findsNothingWrong()
})

test('a person chooses what reaches them, and proves a phone with the code it got', async ({ arriveAs, product }) => {
  const { visitor, account } = await arriveAs('desktop', 'Dao')
  const { page, t } = visitor
  await page.goto('/account#told')
  const sms = page.getByRole('checkbox', { name: t('told.switch', { what: t('told.orders') as string, how: t('told.sms') as string }) })
  await expect(sms).not.toBeChecked()
  await sms.check()
  await page.reload()
  await expect(sms).toBeChecked()
  await expect(page.getByText(account.email).last()).toBeVisible()

  await page.getByRole('button', { name: t('told.add-phone') }).click()
  await page.getByLabel(t('told.phone')).fill('081 234 5678')
  await page.getByRole('button', { name: t('told.send-code') }).click()
  await expect(page.getByText(t('told.code-sent', { phone: '+66812345678' }))).toBeVisible()
  const [message] = await until('the code is there', async () => {
    const messages = await outbox(product.address, '+66812345678')
    return messages.length > 0 && messages
  })
  await page.getByLabel(t('told.code'), { exact: true }).fill(/\d{6}/.exec(message?.body ?? '')?.[0] ?? '')
  await page.locator('#told').getByRole('button', { name: t('told.confirm') }).click()
  await expect(page.getByText('+668…678')).toBeVisible()
  await visitor.findsNothingWrong()
})

test('a push message is shown by the worker', async ({ arriveAs }) => {
  const { visitor } = await arriveAs('desktop', 'Nok')
  const { page, context } = visitor
  await context.grantPermissions(['notifications'])
  await page.goto('/account')
  const cdp = await context.newCDPSession(page)
  const registered = new Promise<string>((resolve) => {
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registrations[0] && resolve(registrations[0].registrationId))
  })
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await cdp.send('ServiceWorker.enable')
  const news = { id: 'dlv_1', title: 'ถึงคิวคุณแล้ว', body: 'A1', url: 'https://elsewhere.example/bag', lang: 'th' }
  await cdp.send('ServiceWorker.deliverPushMessage', { origin: new URL(page.url()).origin, registrationId: await registered, data: JSON.stringify(news) })
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready
      return (await registration.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, url: (data as { url: string }).url }))
    })
  await expect.poll(shown).toEqual([{ title: news.title, body: 'A1', tag: 'dlv_1', url: news.url }])
})
