import { expect, test } from './support/journey.ts'
import { chat, enterRoom, say, seesMovingPicture, seesMovingRecording } from './support/room.ts'

test('after the end of the show its replay plays, with what was said', async ({ arriveAs, arrive, stall }) => {
  const show = await stall.plan('早場 Early show')
  const item = await stall.offer(show, 5)
  await stall.goLive(show)
  await stall.pin(show, item)
  const { visitor } = await arriveAs('phone', 'Lin')
  await enterRoom(visitor, show)
  await say(visitor, '好漂亮')
  await seesMovingPicture(visitor)

  await stall.owner.post(`/streams/${show}/end`)
  await stall.stopEncoder(show)
  await expect(visitor.page.getByText(visitor.t('home.replay-badge'), { exact: true })).toBeVisible()
  await expect(visitor.page.getByText(visitor.t('home.live-badge'), { exact: true })).toHaveCount(0)
  await expect(visitor.page.getByRole('list', { name: visitor.t('room.moments') })).toContainText(item.code)
  await seesMovingRecording(visitor)

  const later = await arrive('desktop')
  await enterRoom(later, show)
  await expect(later.page.getByText(later.t('home.replay-badge'), { exact: true })).toBeVisible()
  await seesMovingRecording(later)
  await expect(chat(later)).toContainText('好漂亮')
  await expect(later.page.getByRole('list', { name: later.t('room.moments') })).toContainText(item.code)
})
