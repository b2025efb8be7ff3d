import { expect, test } from './support/journey.ts'
import { enterRoom, seesMovingPicture } from './support/room.ts'
import type { Visitor } from './support/visitor.ts'

const byWebRtc = ({ page }: Visitor) => page.evaluate(() => document.querySelector('video')?.srcObject instanceof MediaStream)

test('a host goes live with the camera of the phone; it is watched by WebRTC and by HLS, survives a new key, and ends', async ({ arriveAsHost, arrive, stall }) => {
  const show = await stall.plan('手機直播 From the phone')
  const item = await stall.offer(show, 5)
  const host = await arriveAsHost('phone')
  await host.context.grantPermissions(['camera', 'microphone'])
  await host.page.goto(`/studio/${stall.slug}/shows/${show}/broadcast`)
  await seesMovingPicture(host)
  await host.button('studio.go-live').click()
  await expect(host.page.getByText(host.t('home.live-badge'))).toBeVisible()
  await host.findsNothingWrong()

  const near = await arrive('desktop')
  await enterRoom(near, show)
  await seesMovingPicture(near)
  expect(await byWebRtc(near), 'the first choice is WebRTC').toBe(true)
  const saver = await arrive('phone')
  await saver.context.addInitScript(() => localStorage.setItem('nightmarket.picture', 'low'))
  await enterRoom(saver, show)
  await seesMovingPicture(saver)
  expect(await byWebRtc(saver), 'who saves data watches by HLS').toBe(false)

  await host.button('studio.pin-next').click()
  await expect(near.page.getByRole('region', { name: near.t('room.now-showing') })).toContainText(item.code)
  // What the server has ended by itself is taken leave of in vain.
  for (const visitor of [host, near]) visitor.expects(/404: DELETE .*\/wh[ie]p\//, /status of 404 .*\/wh[ie]p\//)
  // It comes back after half a second: looked for at every frame.
  const lost = host.page.waitForFunction((text) => document.body.innerText.includes(text), String(host.t('studio.cam.line-lost')), { polling: 'raf' })
  await stall.owner.post(`/streams/${show}/ingest/rotate`)
  await lost
  await expect(host.page.getByText(host.t('studio.cam.line-lost'), { exact: true })).toBeHidden()
  await seesMovingPicture(near)
  await seesMovingPicture(saver)

  await host.button('studio.end-show').click()
  await host.sheet('studio.end-show').getByRole('button', { name: host.t('studio.end-show') }).click()
  await expect(host.page.getByRole('link', { name: host.t('room.watch-replay') })).toBeVisible()
})

test('who does not let the browser film, or has no camera, is told what to do', async ({ arriveAsHost, stall }) => {
  const show = await stall.plan('沒有鏡頭 No camera')
  const path = `/studio/${stall.slug}/shows/${show}/broadcast`
  const shy = await arriveAsHost('phone')
  await shy.page.goto(path)
  await shy.button('studio.cam.allow').click()
  await expect(shy.page.getByRole('alert')).toContainText(shy.t('studio.cam.trouble.denied'))
  await shy.context.grantPermissions(['camera', 'microphone'])
  await shy.button('action.retry').click()
  await expect(shy.button('studio.go-live')).toBeVisible()

  const poor = await arriveAsHost('phone')
  await poor.context.grantPermissions(['camera', 'microphone'])
  await poor.context.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Requested device not found', 'NotFoundError'))
  })
  await poor.page.goto(path)
  await expect(poor.page.getByRole('alert')).toContainText(poor.t('studio.cam.trouble.missing'))
})
