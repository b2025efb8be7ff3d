import type { Locator } from '@playwright/test'
import { line, openControl } from './support/control.ts'
import { expect, test } from './support/journey.ts'
import { Person, newAccount } from './support/person.ts'
import { until } from './support/product.ts'
import { chat, enterRoom, say } from './support/room.ts'
import type { Stall } from './support/stall.ts'
import type { Visitor } from './support/visitor.ts'
import { cut, frames, pretend, tap, viewerOf, whisper } from './support/wire.ts'

const viewers = ({ page, t }: Visitor, count: number): Locator => page.getByText(t('room.viewers', { count: String(count) }))

/** Buys through the API as somebody who is in the room, and pays. */
async function buys(person: Person, stall: Stall, show: string, itemId: string): Promise<void> {
  const { claim } = await person.post<{ claim: { id: string } }>(`/streams/${show}/claims`, { item_id: itemId, quantity: 1 })
  const address = { recipient: '買家', phone: '0912345678', country: 'TW', postcode: '106', city: '台北市', district: '大安區', line1: '仁愛路四段 1 號' }
  const { payment } = await person.post<{ payment: { id: string } }>('/orders', { shop_id: stall.shopId, claim_ids: [claim.id], address, shipping_method: 'home', payment_method: 'sandbox' })
  await person.post(`/sandbox/payments/${payment.id}`, { outcome: 'paid' })
}

test('the room tells who comes, who bought, hearts and how many watch; a name only of who allows it', async ({ arrive, arriveAs, show, stall }) => {
  const item = await stall.offer(show, 5)
  const { visitor: watcher } = await arriveAs('phone', 'Yai')
  await tap(watcher)
  await enterRoom(watcher, show)
  await expect.poll(async () => (await frames(watcher, 'viewer-count')).length).toBeGreaterThan(0)
  const before = Number((await frames(watcher, 'viewer-count')).at(-1)?.d['count'])

  const shy = newAccount('Shy')
  const hidden = await Person.register(stall.address, shy)
  await hidden.patch('/me', { show_activity: false })
  const comer = await arrive('desktop')
  await comer.logIn(shy)
  await enterRoom(comer, show)
  await expect(viewers(watcher, before + 1)).toBeAttached()
  await expect(watcher.page.getByText(watcher.t('room.joined-count'))).toBeVisible()
  const { visitor: open, account } = await arriveAs('desktop', 'Opener')
  await enterRoom(open, show)
  const names = async () => (await frames(watcher, 'joined')).flatMap((frame) => frame.d['names'] as string[])
  await expect.poll(async () => (await names()).filter((name) => name.startsWith('O')).length).toBe(1)
  expect((await names()).filter((name) => name.startsWith('S'))).toEqual([])

  await open.button('room.heart').click({ clickCount: 3 })
  await expect(watcher.page.locator('.animate-heart').first()).toBeAttached()

  await buys(hidden, stall, show, item.id)
  await expect(watcher.page.getByText(watcher.t('room.sold-note', { name: String(watcher.t('room.someone')), code: item.code }))).toBeVisible()
  expect((await frames(watcher, 'sold')).at(-1)?.d['name']).toBeUndefined()
  expect(account.name).toBe('Opener')
})

test('the line of a show: get in, see the place, be called, pass the turn on', async ({ arriveAs, arriveAsHost, room, stall }) => {
  const host = await arriveAsHost('desktop')
  const { visitor: first, account } = await arriveAs('phone', 'Erste')
  const { visitor: second } = await arriveAs('desktop', 'Song')
  await openControl(host, stall, room)
  for (const someone of [first, second]) await enterRoom(someone, room)
  await first.page.getByRole('button', { name: first.t('room.bag') }).click()
  await first.page.getByRole('dialog').getByRole('region', { name: first.t('room.queue') }).getByRole('button').click()
  await expect(first.page.getByRole('dialog').getByText(first.t('room.queue-place', { position: '1' }))).toBeVisible()
  await first.page.getByRole('dialog').getByRole('button', { name: first.t('action.close'), exact: true }).click()
  await second.page.getByRole('region', { name: second.t('room.queue') }).getByRole('button').click()
  await expect(second.page.getByRole('status').filter({ hasText: second.t('room.queue-place', { position: '2' }) })).toBeVisible()

  const panel = host.page.getByRole('region', { name: host.t('studio.queue') })
  await expect(panel.getByRole('listitem')).toHaveText([/Erste/, /Song/])
  await panel.getByRole('button', { name: host.t('studio.queue-next') }).click()
  const turn = (visitor: Visitor) => visitor.page.getByRole('alert').filter({ hasText: visitor.t('room.turn') })
  await expect(turn(first).getByRole('timer')).toHaveText(/^\d:\d\d$/)
  await expect(panel.getByRole('listitem').first()).toContainText(host.t('studio.queue-turn') as string)
  await expect(panel.getByRole('listitem').first()).toContainText(account.name)
  await first.findsNothingWrong()
  await turn(first).getByRole('button', { name: first.t('room.queue-leave') }).click()
  await expect(turn(first)).toBeHidden()
  await expect(turn(second)).toBeVisible()
  await turn(second).getByRole('button', { name: second.t('room.queue-leave') }).click()
  await expect(panel.getByText(host.t('studio.queue-empty'))).toBeVisible()
})

test('a full room: the next waits outside, sees the place, and goes in by itself', async ({ arrive, arriveAs, stall }) => {
  test.setTimeout(90_000)
  const small = await stall.announce('只有一個位子 One seat', { viewer_limit: 1 })
  const { visitor: inside } = await arriveAs('phone', 'Innen')
  await enterRoom(inside, small)
  await say(inside, '我先坐下了')
  const outside = await arrive('desktop')
  outside.expects(/answered 409/, /status of 409/)
  await outside.page.goto(`/live/${small}`)
  await expect(outside.page.getByRole('heading', { name: outside.t('room.full') })).toBeVisible()
  await expect(outside.page.getByText(outside.t('room.full-next'))).toBeVisible()
  await outside.findsNothingWrong()
  await inside.page.goto('/')
  await expect(chat(outside)).toContainText('我先坐下了', { timeout: 45_000 })
  await expect(outside.page.getByRole('heading', { name: outside.t('room.full') })).toBeHidden()
})

test('host and guest signal each other through the room; nobody else may', async ({ arriveAs, arriveAsHost, room, stall }) => {
  const host = await arriveAsHost('desktop')
  const { visitor: guest } = await arriveAs('phone', 'Gast')
  const { visitor: other } = await arriveAs('desktop', 'Tha')
  for (const someone of [host, guest, other]) await tap(someone)
  await openControl(host, stall, room)
  await enterRoom(guest, room)
  await enterRoom(other, room)
  for (const someone of [host, guest, other]) await expect.poll(async () => (await frames(someone, 'room-state')).length).toBeGreaterThan(0)
  const [me, you] = [await viewerOf(host), await viewerOf(guest)]

  await whisper(host, 'webrtc-offer', { to: you, sdp: 'v=0 offer' })
  await expect.poll(async () => (await frames(guest, 'webrtc-offer')).at(-1)?.d).toMatchObject({ from: { viewer: me }, sdp: 'v=0 offer' })
  await whisper(guest, 'webrtc-answer', { sdp: 'v=0 answer' })
  await expect.poll(async () => (await frames(host, 'webrtc-answer')).at(-1)?.d).toMatchObject({ from: { viewer: you, name: 'Gast' }, sdp: 'v=0 answer' })
  await whisper(guest, 'webrtc-ice-candidate', { candidate: { candidate: 'candidate:1', sdpMid: '0' } })
  await expect.poll(async () => (await frames(host, 'webrtc-ice-candidate')).at(-1)?.d).toMatchObject({ from: { viewer: you }, candidate: { candidate: 'candidate:1' } })
  await whisper(host, 'webrtc-ice-candidate', { to: you, candidate: { candidate: 'candidate:2', sdpMid: '0' } })
  await expect.poll(async () => (await frames(guest, 'webrtc-ice-candidate')).at(-1)?.d).toMatchObject({ candidate: { candidate: 'candidate:2' } })

  await whisper(other, 'webrtc-offer', { sdp: 'v=0 intruder' }, 77)
  await expect.poll(async () => (await frames(other, 'error')).find((frame) => frame.id === 77)?.d['code']).toBe('not-allowed')
  expect(JSON.stringify(await frames(host, 'webrtc-offer'))).not.toContain('intruder')
  expect(await frames(other, 'webrtc-offer')).toEqual([])
})

test('a cut line comes back by itself, and nothing that was said meanwhile is lost or doubled', async ({ arriveAs, arriveAsHost, room, stall }) => {
  const host = await arriveAsHost('desktop')
  const { visitor: away, account } = await arriveAs('phone', 'Away')
  const { visitor: talker } = await arriveAs('desktop', 'Kui')
  await tap(away)
  await openControl(host, stall, room)
  await enterRoom(away, room)
  await enterRoom(talker, room)
  await say(away, '我還在這裡')
  await expect(line(host, '我還在這裡')).toBeVisible()
  // Chat is written down once a second.
  const mine = await until('the chat is written down', async () => {
    const { items } = await stall.owner.get<{ items: { user: { id: string; name: string } }[] }>(`/streams/${room}/chat`)
    return items.find(({ user }) => user.name === account.name)?.user.id
  })

  away.expects(/room\/ticket/, /ERR_INTERNET_DISCONNECTED|ERR_FAILED/)
  await away.page.route('**/room/ticket', (route) => route.abort())
  await cut(away)
  await expect(away.page.getByText(away.t('room.reconnecting'))).toBeVisible()
  for (const words of ['ข้อความหนึ่ง', 'ข้อความสอง', 'ข้อความสาม']) {
    await say(talker, words)
    await expect(line(host, words)).toBeVisible()
  }
  await stall.owner.post(`/streams/${room}/moderation`, { action: 'announce', text: '回來就看得到' })
  await stall.owner.post(`/streams/${room}/moderation`, { action: 'reply', user_id: mine, text: '等你回來' })
  await expect(chat(away)).not.toContainText('ข้อความหนึ่ง')
  await away.page.unroute('**/room/ticket')
  await expect(away.page.getByText(away.t('room.reconnecting'))).toBeHidden()
  for (const words of ['我還在這裡', 'ข้อความหนึ่ง', 'ข้อความสอง', 'ข้อความสาม', '等你回來']) await expect(chat(away).getByText(words)).toHaveCount(1)
  await expect(away.page.getByRole('status', { name: away.t('room.announcement') })).toContainText('回來就看得到')

  await pretend(away, [{ t: 'room-health', d: { live: false } }])
  await expect(away.page.getByText(away.t('room.stale'))).toBeVisible()
  await pretend(away, [{ t: 'room-health', d: { live: true } }])
  await expect(away.page.getByText(away.t('room.stale'))).toBeHidden()
})
