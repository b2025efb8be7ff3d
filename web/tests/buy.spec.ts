import type { Visitor } from './support/visitor.ts'
import { expect, test } from './support/journey.ts'
import { enterRoom, pinnedCard, seesHold, seesMovingPicture } from './support/room.ts'
import type { Item, Stall } from './support/stall.ts'

interface OrderRow {
  id: string
  number: string
  state: string
}

async function claimAndOpenCheckout(visitor: Visitor, stall: Stall, show: string): Promise<Item> {
  const item = await stall.offer(show, 5)
  await stall.pin(show, item)
  await enterRoom(visitor, show)
  const card = pinnedCard(visitor)
  await expect(card).toContainText(item.code)
  await card.getByRole('button', { name: visitor.t('room.claim'), exact: true }).click()
  await seesHold(visitor)
  await card.getByRole('button', { name: visitor.t('room.pay'), exact: true }).click()
  await expect(visitor.sheet('checkout.title')).toContainText(item.title)
  return item
}

/** Fills in the address of the visitor's market and places the order; ends on the page of the pretend gateway. */
async function placeOrder(visitor: Visitor): Promise<void> {
  const { t } = visitor
  const sheet = visitor.sheet('checkout.title')
  const thai = visitor.locale === 'th'
  const fill = (id: Parameters<typeof t>[0], value: string) => sheet.getByLabel(t(id), { exact: true }).fill(value)
  await fill('address.phone', thai ? '081 234 5678' : '0912 345 678')
  await fill('address.postcode', thai ? '10330' : '106')
  if (thai) {
    await fill('address.province', 'กรุงเทพมหานคร')
    await fill('address.subdistrict', 'ลุมพินี')
  }
  await fill('address.district', thai ? 'ปทุมวัน' : '大安區')
  await fill('address.line1', thai ? '99 ถนนพระราม 4' : '仁愛路四段 1 號')
  await sheet.getByRole('button', { name: t('checkout.place') }).click()
  await visitor.page.waitForURL(/\/sandbox\/pay\//)
}

const ordersOf = async (stall: Stall) => (await stall.owner.get<{ items: OrderRow[] }>(`/shops/${stall.shopId}/orders`)).items

async function findsOrder(visitor: Visitor, stall: Stall, item: Item): Promise<OrderRow> {
  const { page, t } = visitor
  await page.getByRole('link', { name: t('pay.see-order') }).click()
  await expect(page.getByRole('heading', { level: 1, name: t('order.number') })).toBeVisible()
  const id = new URL(page.url()).pathname.split('/').at(-1)
  const order = (await ordersOf(stall)).find((row) => row.id === id)
  if (!order) throw new Error('the seller does not see the order')
  await expect(page.getByRole('heading', { level: 1 })).toContainText(order.number)
  await page.goto('/orders')
  const card = page.locator(`a[href="/orders/${order.id}"]`)
  await expect(card).toContainText(item.title)
  await expect(card).toContainText(t('order.state.paid') as string)
  return order
}

test('checkout, pay, and the order is there for both', async ({ arriveAs, arriveAsHost, show, stall }) => {
  const { visitor } = await arriveAs('phone', 'Yun')
  const { page, t } = visitor
  const item = await claimAndOpenCheckout(visitor, stall, show)
  await seesMovingPicture(visitor)
  await visitor.findsNothingWrong()
  await placeOrder(visitor)
  await visitor.findsNothingWrong()
  await page.locator('button[value=paid]').first().click()
  await expect(page.getByRole('heading', { name: t('pay.done') })).toBeVisible()
  const order = await findsOrder(visitor, stall, item)
  expect(order.state).toBe('paid')

  const host = await arriveAsHost('desktop')
  await host.page.goto(`/studio/${stall.slug}/orders`)
  const row = host.page.getByRole('link', { name: order.number })
  await expect(row).toContainText(item.title)
  await row.click()
  await expect(host.page.getByText('仁愛路四段 1 號')).toBeVisible()
})

test('the result page updates itself when the money comes later', async ({ arriveAs, show, stall }) => {
  const { visitor } = await arriveAs('desktop', 'Dao')
  const { page, t } = visitor
  const item = await claimAndOpenCheckout(visitor, stall, show)
  await placeOrder(visitor)
  const payment = new URL(page.url()).pathname.split('/').at(-1)
  await page.locator('a.back').click()
  await expect(page.getByRole('heading', { name: t('pay.waiting') })).toBeVisible()
  await stall.owner.post(`/sandbox/payments/${payment}`, { outcome: 'paid' })
  await expect(page.getByRole('heading', { name: t('pay.done') })).toBeVisible()
  await findsOrder(visitor, stall, item)
})

test('a declined payment says so and can be tried again', async ({ arriveAs, show, stall }) => {
  const { visitor } = await arriveAs('phone', 'Bo')
  const { page, t } = visitor
  const item = await claimAndOpenCheckout(visitor, stall, show)
  await placeOrder(visitor)
  await page.locator('button[value=failed]').click()
  await expect(page.getByRole('heading', { name: t('pay.failed') })).toBeVisible()
  await page.getByRole('button', { name: t('pay.again') }).click()
  await page.waitForURL(/\/sandbox\/pay\//)
  await page.locator('button[value=paid]').first().click()
  await expect(page.getByRole('heading', { name: t('pay.done') })).toBeVisible()
  await findsOrder(visitor, stall, item)
})
