import { expect, test } from './support/journey.ts'
import { enterRoom, seesMovingPicture } from './support/room.ts'

test('one goes back 20 seconds, sees them, and returns to the present', async ({ arrive, show }) => {
  const visitor = await arrive('desktop')
  const { page, t } = visitor
  await enterRoom(visitor, show)
  await seesMovingPicture(visitor)
  const bar = page.getByRole('slider', { name: t('room.seek') })
  const reach = async () => Number(await bar.getAttribute('max')) - Number(await bar.getAttribute('min'))
  await expect.poll(reach, { message: 'there are 20 seconds to go back to', timeout: 30_000 }).toBeGreaterThan(24)
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  const back = page.getByRole('button', { name: t('room.back-to-live') })
  await expect(back).toContainText(/−0:(1[6-9]|2\d|3[0-4])/)
  await seesMovingPicture(visitor)
  await expect(back).toContainText(/−0:(1[6-9]|2\d|3[0-4])/)
  await page.mouse.move(720, 500)
  await back.click()
  await expect(back).toBeHidden()
  await seesMovingPicture(visitor)
})

test('the host drops out: the room says so, keeps the last picture, and goes on by itself', async ({ arrive, stall }) => {
  const show = await stall.plan('斷線再來 Back in a moment')
  await stall.goLive(show)
  const visitor = await arrive('phone')
  const { page, t } = visitor
  await enterRoom(visitor, show)
  await seesMovingPicture(visitor)
  await stall.stopEncoder(show)
  await expect(page.getByText(t('room.interrupted'), { exact: true })).toBeVisible()
  await stall.goLive(show)
  const back = Date.now()
  await expect(page.getByText(t('room.interrupted'), { exact: true })).toBeHidden()
  await seesMovingPicture(visitor)
  expect(Date.now() - back, 'it resumes quickly').toBeLessThan(10_000)
})
