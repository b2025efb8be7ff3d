import { expect, test } from './support/journey.ts'
import { until } from './support/product.ts'
import { chat, enterRoom, pinnedCard, say, seesHold, seesMovingPicture } from './support/room.ts'

test('a reload keeps the session, the claim and the chat', async ({ arriveAs, show, stall }) => {
  const item = await stall.offer(show, 5)
  await stall.pin(show, item)
  const { visitor } = await arriveAs('phone', 'Ting')
  await enterRoom(visitor, show)
  await say(visitor, `${item.code}+1`)
  await seesHold(visitor)
  await visitor.page.reload()
  await seesHold(visitor)
  await expect(chat(visitor)).toContainText(`${item.code}+1`)
  await say(visitor, '還在')
  await expect(chat(visitor)).toContainText('還在')
  await seesMovingPicture(visitor)
})

test('a power cut of the server is got over without touching the page', async ({ arriveAs, product, show, stall }) => {
  test.setTimeout(150_000)
  const item = await stall.offer(show, 5)
  await stall.pin(show, item)
  const { visitor } = await arriveAs('phone', 'Ru')
  await enterRoom(visitor, show)
  await say(visitor, '停電前')
  await expect(chat(visitor)).toContainText('停電前')
  await say(visitor, `${item.code}+2`)
  await seesHold(visitor)
  await visitor.findsNothingWrong()
  // Chat is written down once a second; a claim is written down before it is confirmed.
  await until('the chat is written down', async () => (await stall.owner.get<{ items: { text: string }[] }>(`/streams/${show}/chat`)).items.some(({ text }) => text === '停電前'))

  // The server is gone, and the media server says nothing about origins while it goes.
  visitor.expects(/ERR_CONNECTION_|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED_ENCODING|WebSocket connection to|50[0-9]/, /\/hls\/.*(CORS policy|ERR_FAILED)|CORS policy.*\/hls\/|ERR_FAILED \(.*\/hls\//)
  await product.kill()
  await stall.stopEncoder(show)
  await expect(visitor.page.getByText(visitor.t('room.reconnecting'))).toBeVisible()
  await product.start()
  await stall.goLive(show)
  await expect(visitor.page.getByText(visitor.t('room.reconnecting'))).toBeHidden({ timeout: 40_000 })
  await seesHold(visitor)
  await expect(pinnedCard(visitor)).toContainText('×2')
  await expect(chat(visitor)).toContainText('停電前')
  await say(visitor, '停電後')
  await expect(chat(visitor).getByText('停電後')).toBeVisible()
  await seesMovingPicture(visitor)
  expect((await stall.owner.get<{ available: number }>(`/variants/${item.variantId}/stock`)).available).toBe(3)
})
