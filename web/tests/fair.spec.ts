import { askForOrder, findsOrder, placeOrder } from './support/checkout.ts'
import { openControl } from './support/control.ts'
import { expect, test } from './support/journey.ts'
import { newAccount, Person } from './support/person.ts'
import { enterRoom, pinnedCard, seesHold } from './support/room.ts'

test('what is sold by turn goes to whom the host calls', async ({ arriveAs, arriveAsHost, show, stall }) => {
  const item = await stall.offer(show, 1)
  await stall.owner.patch(`/streams/${show}/items/${item.id}`, { mode: 'turn' })
  await stall.pin(show, item)
  const host = await arriveAsHost('desktop')
  const { visitor: first } = await arriveAs('phone', 'Ah')
  const { visitor: second } = await arriveAs('phone', 'Bo')
  for (const [position, buyer] of [first, second].entries()) {
    await enterRoom(buyer, show)
    await pinnedCard(buyer).getByRole('button', { name: buyer.t('room.queue-join-item', { code: item.code }) }).click()
    await expect(pinnedCard(buyer).getByRole('status')).toHaveText(buyer.t('room.queue-place', { position: String(position + 1) }))
  }
  await openControl(host, stall, show)
  const line = host.page.getByRole('region', { name: host.t('studio.queue') })
  await expect(line.getByRole('listitem')).toHaveCount(2)
  await line.getByRole('button', { name: host.t('studio.queue-next') }).click()

  await expect(first.page.getByRole('alert').filter({ hasText: first.t('room.turn') })).toBeVisible()
  await expect(pinnedCard(second).getByRole('status')).toHaveText(second.t('room.queue-place', { position: '1' }))
  await pinnedCard(first).getByRole('button', { name: first.t('room.claim'), exact: true }).click()
  await seesHold(first)
  await pinnedCard(second).getByRole('button', { name: second.t('room.queue-leave') }).click()
  await expect(pinnedCard(second).getByRole('button', { name: second.t('room.queue-join-item', { code: item.code }) })).toBeVisible()
})

test('what nobody can hold goes to whoever pays first, and the other is not charged', async ({ arriveAs, show, stall }) => {
  const item = await stall.offer(show, 1)
  await stall.owner.patch(`/streams/${show}/items/${item.id}`, { first_paid: true })
  await stall.pin(show, item)
  const { visitor: slow } = await arriveAs('phone', 'Ah')
  const { visitor: quick } = await arriveAs('desktop', 'Beam')
  for (const buyer of [slow, quick]) {
    await enterRoom(buyer, show)
    await pinnedCard(buyer).getByRole('button', { name: buyer.t('room.claim'), exact: true }).click()
    await expect(pinnedCard(buyer).getByRole('status')).toContainText(buyer.t('room.first-paid'))
    await pinnedCard(buyer).getByRole('button', { name: buyer.t('room.pay'), exact: true }).click()
    await placeOrder(buyer)
  }
  await quick.page.locator('button[value=paid]').first().click()
  await expect(quick.page.getByRole('heading', { name: quick.t('pay.done') })).toBeVisible()
  expect((await findsOrder(quick, stall, item)).state).toBe('paid')

  await slow.page.goto('/orders')
  const lost = slow.page.getByRole('link').filter({ hasText: item.title })
  await expect(lost).toContainText(slow.t('order.state.cancelled') as string)
  const { items } = await stall.owner.get<{ items: { state: string; payments: { state: string }[] }[] }>(`/shops/${stall.shopId}/orders?state=cancelled`)
  expect(items[0]?.payments.map((payment) => payment.state)).toEqual(['cancelled'])
})

test('who is refused for a phone the shop has blocked appeals at the checkout, and may buy when the shop agrees', async ({ arriveAs, arriveAsHost, product, show, stall }) => {
  const PHONE = '0955 111 222'
  const item = await stall.offer(show, 5)
  const troublemaker = await Person.register(product.address, newAccount('Trouble'))
  await troublemaker.post('/orders', {
    shop_id: stall.shopId,
    lines: [{ variant_id: item.variantId, quantity: 1 }],
    payment_method: 'sandbox',
    address: { recipient: 'Trouble', phone: PHONE, country: 'TW', postcode: '106', city: '台北市', district: '大安區', line1: '1 號' },
  })
  const host = await arriveAsHost('phone')
  await host.page.goto(`/studio/${stall.slug}/buyers`)
  await host.page.getByRole('searchbox', { name: host.t('studio.buyers.search') }).fill('Trouble')
  await host.page.getByRole('button', { name: /Trouble/ }).click()
  const sheet = host.page.getByRole('dialog')
  await sheet.getByRole('button', { name: host.t('studio.buyers.do-block') }).click()
  await sheet.getByLabel(host.t('studio.buyers.reason')).fill('從不取貨')
  await sheet.getByRole('button', { name: host.t('studio.buyers.do-block') }).click()
  await expect(sheet.getByRole('button', { name: host.t('studio.buyers.unblock') })).toBeVisible()

  await stall.pin(show, item)
  const { visitor: buyer } = await arriveAs('phone', 'Fang')
  await enterRoom(buyer, show)
  await pinnedCard(buyer).getByRole('button', { name: buyer.t('room.claim'), exact: true }).click()
  await seesHold(buyer)
  await pinnedCard(buyer).getByRole('button', { name: buyer.t('room.pay'), exact: true }).click()
  buyer.expects(/answered 403: POST .*\/orders$/)
  buyer.expects(/status of 403/)
  await askForOrder(buyer, PHONE)
  const checkout = buyer.sheet('checkout.title')
  await expect(checkout.getByText(buyer.t('problem.buyer-blocked') as string)).toBeVisible()
  await checkout.getByRole('button', { name: buyer.t('standing.appeal') }).click()
  await checkout.getByLabel(buyer.t('standing.words')).fill('這是我家的電話')
  await checkout.getByRole('button', { name: buyer.t('standing.send'), exact: true }).click()
  await expect(checkout.getByText(buyer.t('standing.sent') as string)).toBeVisible()
  await buyer.findsNothingWrong()

  await host.page.goto(`/studio/${stall.slug}/buyers`)
  await host.page.getByRole('tab', { name: host.t('studio.buyers.tab.appeals') }).click()
  const appeal = host.page.getByRole('listitem').filter({ hasText: '這是我家的電話' })
  await appeal.getByRole('button', { name: host.t('studio.appeal.accept') }).click()
  await expect(appeal).toContainText(host.t('studio.appeal.accepted') as string)
  await checkout.getByRole('button', { name: buyer.t('checkout.place') }).click()
  await buyer.page.waitForURL(/\/sandbox\/pay\//)
})
