import type { Visitor } from './support/visitor.ts'
import { findsOrder, placeOrder } from './support/checkout.ts'
import { expect, test } from './support/journey.ts'
import { enterRoom, pinnedCard, seesHold, seesMovingPicture } from './support/room.ts'
import type { Item, Stall } from './support/stall.ts'

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
