import { Encoder } from './support/encoder.ts'
import { expect, test } from './support/journey.ts'
import { newAccount, Person } from './support/person.ts'
import { chat, enterRoom, pinnedCard, say, seesHold, seesMovingPicture } from './support/room.ts'

for (const device of ['phone', 'desktop'] as const) {
  test(`a show plays on a ${device}, without an account`, async ({ arrive, show }) => {
    const visitor = await arrive(device)
    await enterRoom(visitor, show)
    await seesMovingPicture(visitor)
    await expect(visitor.page.getByText(visitor.t('home.live-badge'), { exact: true }).first()).toBeVisible()
  })
}

test('the home page leads into the room', async ({ arrive, show }) => {
  const visitor = await arrive('phone')
  await visitor.page.goto('/')
  await visitor.page.locator(`a[href="/live/${show}"]`).first().click()
  await expect(chat(visitor)).toBeVisible()
  await seesMovingPicture(visitor)
})

test('an encoder with a wrong key is refused', async ({ stall }) => {
  const stream = await stall.plan('Nobody gets in here')
  const address = await stall.ingestAddress(stream)
  const encoder = new Encoder(`${address.slice(0, -4)}xxxx`)
  expect(await encoder.ended, 'ffmpeg is turned away').not.toBe(0)
  expect(await stall.state(stream)).toBe('draft')
})

test('a guest may watch, is asked to sign in to chat, and then chats', async ({ arrive, show, stall }) => {
  const account = newAccount('Wen', 'zh-TW')
  const visitor = await arrive('phone')
  const { t } = visitor
  await Person.register(stall.address, account)
  await enterRoom(visitor, show)
  await visitor.button('room.comment-guest').click()
  const sheet = visitor.sheet('auth.login')
  await sheet.getByLabel(t('auth.email'), { exact: true }).fill(account.email)
  await sheet.getByLabel(t('auth.password'), { exact: true }).fill(account.password)
  await sheet.getByRole('button', { name: t('auth.login'), exact: true }).click()
  await expect(sheet).toBeHidden()
  await say(visitor, '大家好')
  await expect(chat(visitor)).toContainText('大家好')
})

test('registering over the room goes on with the claim that asked for it', async ({ arrive, show, stall }) => {
  const item = await stall.offer(show, 5)
  await stall.pin(show, item)
  const account = newAccount('Ploy', 'th')
  const visitor = await arrive('desktop')
  const { t } = visitor
  await enterRoom(visitor, show)
  await pinnedCard(visitor).filter({ hasText: item.code }).getByRole('button', { name: t('room.claim'), exact: true }).click()
  await visitor.sheet('auth.login').getByRole('button', { name: t('auth.to-register') }).click()
  const sheet = visitor.sheet('auth.register')
  await sheet.getByLabel(t('auth.name'), { exact: true }).fill(account.name)
  await sheet.getByLabel(t('auth.email'), { exact: true }).fill(account.email)
  await sheet.getByLabel(t('auth.password'), { exact: true }).fill(account.password)
  await sheet.getByRole('button', { name: t('auth.register'), exact: true }).click()
  await expect(sheet).toBeHidden()
  await seesHold(visitor)
  await seesMovingPicture(visitor)
})
