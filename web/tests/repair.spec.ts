import { expect, test } from './support/journey.ts'
import { enterRoom, say } from './support/room.ts'

test('a comment that may be an order is asked about, and a helper settles it in two taps', async ({ arriveAs, arriveAsHost, show, stall }) => {
  const item = await stall.offer(show, 5)
  const host = await arriveAsHost('phone')
  const { visitor: buyer } = await arriveAs('desktop', 'Fah')
  await host.page.goto(`/studio/${stall.slug}/shows/${show}/control`)
  await enterRoom(buyer, show)
  const answer = buyer.page.getByRole('status', { name: buyer.t('room.answer.title') })
  await say(buyer, `${item.code}想要`)
  await expect(answer).not.toBeEmpty()

  await host.page.getByRole('tab', { name: host.t('studio.tab.claims') }).click()
  const panel = host.page.getByRole('region', { name: host.t('studio.claims') })
  await panel.getByRole('button', { name: host.t('studio.repair') }).click()
  const row = panel.getByRole('listitem').filter({ hasText: `${item.code}想要` })
  await expect(row).toContainText('Fah')
  await host.findsNothingWrong()
  await row.getByRole('button', { name: host.t('studio.repair-choose') }).or(row.getByRole('button', { name: host.t('studio.repair-other') })).click()
  const sheet = host.page.getByRole('dialog')
  await sheet.getByRole('button', { name: host.t('studio.claim-confirm', { code: item.code, count: '1', price: 'NT$390' }) }).click()
  await expect(panel.getByText(host.t('studio.repair-empty'))).toBeVisible()

  await expect(answer.getByText(buyer.t('room.held-count', { count: '1' }))).toBeVisible()
  await expect(answer.getByRole('button', { name: buyer.t('room.pay') })).toBeVisible()
})
