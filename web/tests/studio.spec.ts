import { Encoder, photograph } from './support/encoder.ts'
import { expect, test } from './support/journey.ts'
import { chat, enterRoom, pinnedCard, say, seesHold, seesMovingPicture } from './support/room.ts'

test('a newcomer opens a shop, adds a product, plans a show and goes live', async ({ arriveAs }) => {
  const { visitor, account } = await arriveAs('phone', 'Xin')
  const { page, t } = visitor
  const slug = account.email.split('@')[0] ?? ''
  await page.goto('/studio')
  await page.getByRole('link', { name: t('studio.create-shop') }).first().click()
  await page.getByLabel(t('studio.shop-name'), { exact: true }).fill('小新的店')
  await page.getByLabel(t('studio.shop-slug'), { exact: true }).fill(slug)
  await visitor.button('studio.create-shop').click()
  await page.waitForURL(`/studio/${slug}`)
  await expect(page.getByRole('heading', { name: t('studio.steps') })).toBeVisible()
  await visitor.findsNothingWrong()

  await page.goto(`/studio/${slug}/products/new`)
  await page.locator('input[type=file][multiple]').setInputFiles({ name: 'cup.jpg', mimeType: 'image/jpeg', buffer: photograph() })
  await page.getByLabel(t('studio.product-title'), { exact: true }).fill('手沖咖啡杯')
  await page.getByLabel(t('studio.price')).fill('420')
  await page.getByLabel(t('studio.stock'), { exact: true }).fill('8')
  await visitor.button('studio.publish-product').click()
  await page.waitForURL((url) => !url.pathname.endsWith('/new'))
  await visitor.findsNothingWrong()

  await page.goto(`/studio/${slug}/shows/new`)
  await page.getByLabel(t('studio.show-title'), { exact: true }).fill('開店第一場')
  await visitor.button('studio.show-create').click()
  await page.waitForURL((url) => /\/shows\/str_/.test(url.pathname))
  await visitor.button('studio.add-items').click()
  const sheet = visitor.sheet('studio.add-items')
  await sheet.getByRole('button', { name: '手沖咖啡杯' }).click()
  await sheet.getByRole('button', { name: t('studio.add-count') }).click()
  await expect(sheet).toBeHidden()
  await expect(page.getByText('A1', { exact: true })).toBeVisible()

  await page.getByRole('link', { name: t('studio.control') }).click()
  await page.getByRole('tab', { name: t('studio.tab.signal') }).click()
  const obs = page.getByRole('region', { name: t('studio.obs') })
  await expect(obs.locator('code').last()).toHaveText(/^•+$/)
  await visitor.button('studio.key-show').click()
  await expect(obs.locator('code').last()).not.toHaveText(/•/)
  const [server, key] = await obs.locator('code').allTextContents()
  const encoder = new Encoder(`${server}/${key}`)
  try {
    await expect(page.getByText(t('studio.show-state.live'), { exact: true })).toBeVisible({ timeout: 30_000 })
    await seesMovingPicture(visitor)
    await page.getByRole('tab', { name: t('studio.tab.items') }).click()
    await visitor.button('studio.pin').click()
    await expect(visitor.button('studio.unpin')).toBeVisible()
    await visitor.findsNothingWrong()
    await visitor.button('studio.end-show').click()
    await visitor.sheet('studio.end-show').getByRole('button', { name: t('studio.end-show') }).click()
    await expect(page.getByText(t('studio.show-state.ended'), { exact: true }).first()).toBeVisible()
  } finally {
    await encoder.stop()
  }
})

test('the host pins in the control room, and sees who comments and claims', async ({ arriveAs, arriveAsHost, show, stall }) => {
  const item = await stall.offer(show, 5)
  const host = await arriveAsHost('desktop')
  const { visitor: buyer, account } = await arriveAs('phone', 'Qing')
  await host.page.goto(`/studio/${stall.slug}/shows/${show}/control`)
  await enterRoom(buyer, show)
  const script = host.page.getByRole('region', { name: host.t('studio.run-of-show') })
  await script.getByRole('listitem').filter({ has: host.page.getByText(item.code, { exact: true }) }).getByRole('button', { name: host.t('studio.pin'), exact: true }).click()
  await expect(pinnedCard(buyer)).toContainText(item.code)

  await say(buyer, `${item.code}+2`)
  await seesHold(buyer)
  const claims = host.page.getByRole('region', { name: host.t('studio.claims') })
  const row = claims.getByRole('listitem').filter({ hasText: account.name })
  await expect(row).toContainText(`${item.code} ×2`)
  await expect(row.getByRole('timer')).toHaveText(/^\d+:\d\d$/)
  await expect(chat(host)).toContainText(`${item.code}+2`)
  await seesMovingPicture(host)
})

test('the price tag for OBS shows what is pinned to whoever has its address, without an account', async ({ arrive, room, stall }) => {
  const [first, second] = [await stall.offer(room, 5), await stall.offer(room, 3)]
  const { token } = await stall.owner.get<{ token: string }>(`/streams/${room}/overlay`)
  await stall.pin(room, first)
  const obs = await arrive('desktop')
  await obs.page.goto(`/overlay/${token}`)
  const tag = obs.page.getByRole('region', { name: obs.t('room.now-showing') })
  await expect(tag).toContainText(first.code)
  await expect(tag).toContainText('NT$390')
  await stall.pin(room, second)
  await expect(tag).toContainText(second.code)
  expect(await obs.page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgba(0, 0, 0, 0)')
})
