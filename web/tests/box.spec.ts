import { findsOrder, placeOrder } from './support/checkout.ts'
import { expect, test } from './support/journey.ts'
import { enterRoom, pinnedCard, say } from './support/room.ts'

const twd = (amount: number) => ({ amount, currency: 'TWD' })

test.afterEach(({ stall }) => stall.owner.patch(`/shops/${stall.shopId}`, { selling: { box_days: null, shipping_fee: null, free_shipping_from: null } }))

test('claims gather in a box and are ordered from it; where it goes is changed, and the seller finds it and takes a piece out', async ({ arriveAs, arriveAsHost, show, stall }) => {
  test.setTimeout(120_000)
  await stall.owner.patch(`/shops/${stall.shopId}`, { selling: { box_days: 7, shipping_fee: twd(60), free_shipping_from: twd(1000) } })
  const item = await stall.offer(show, 5)
  await stall.pin(show, item)
  const { visitor } = await arriveAs('phone', 'Hui')
  const { page, t } = visitor
  await enterRoom(visitor, show)
  await say(visitor, `${item.code}+2`)
  await expect(pinnedCard(visitor).getByRole('status')).toContainText(t('room.held') as string)

  await page.goto('/bag')
  await page.getByRole('link', { name: t('box.see') }).click()
  await expect(page.getByRole('heading', { level: 1, name: t('box.title') })).toBeVisible()
  await expect(page.getByText(t('shipping.missing', { price: 'NT$220' }))).toBeVisible()
  await visitor.findsNothingWrong()
  await page.getByRole('button', { name: t('bag.checkout'), exact: true }).click()
  await expect(visitor.sheet('checkout.title')).toContainText('NT$840')
  await placeOrder(visitor)
  await page.locator('button[value=paid]').first().click()
  await expect(page.getByRole('heading', { name: t('pay.done') })).toBeVisible()
  const order = await findsOrder(visitor, stall, item)

  await page.goto(`/orders/${order.id}`)
  await page.getByRole('button', { name: t('action.edit'), exact: true }).click()
  const sheet = visitor.sheet('order.edit')
  await sheet.getByLabel(t('address.line1'), { exact: true }).fill('信義路五段 7 號')
  await sheet.getByRole('button', { name: t('action.save'), exact: true }).click()
  await expect(sheet).toBeHidden()
  await expect(page.getByText('信義路五段 7 號')).toBeVisible()
  await visitor.findsNothingWrong()

  const host = await arriveAsHost('desktop')
  await host.page.goto(`/studio/${stall.slug}/orders`)
  await host.page.getByRole('searchbox', { name: host.t('studio.orders-search') }).fill(order.number)
  await host.page.locator('#orders-panel').getByRole('link', { name: order.number }).click()
  await expect(host.page.getByText('信義路五段 7 號')).toBeVisible()
  await host.page.getByRole('button', { name: host.t('order.cancel'), exact: true }).click()
  const cancel = host.sheet('order.cancel')
  await cancel.getByRole('button', { name: host.t('stepper.less') }).click()
  await cancel.getByRole('button', { name: host.t('order.cancel-part') }).click()
  await expect(cancel).toBeHidden()
  await expect(host.page.getByText(host.t('order.cancelled-units', { count: '1' }))).toBeVisible()
  await host.findsNothingWrong()
})
