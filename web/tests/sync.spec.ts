import { expect, test } from './support/journey.ts'
import { enterRoom, seesMovingPicture } from './support/room.ts'
import type { Visitor } from './support/visitor.ts'

/** A camera that sees one colour, and another one once `window.flip()` was called. */
function paintedCamera(): void {
  const canvas = document.createElement('canvas')
  canvas.width = 360
  canvas.height = 640
  const pen = canvas.getContext('2d')
  let colour = '#a01010'
  setInterval(() => {
    if (!pen) return
    pen.fillStyle = colour
    pen.fillRect(0, 0, canvas.width, canvas.height)
    // Something that moves, so that it is a picture of a camera and not a still.
    pen.fillStyle = '#fff'
    pen.fillRect((Date.now() / 10) % canvas.width, 440, 120, 200)
  }, 33)
  Object.assign(window, { flip: () => (colour = '#1030c0') })
  const hear = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = async () => {
    const sound = await hear({ audio: true })
    return new MediaStream([...canvas.captureStream(30).getVideoTracks(), ...sound.getAudioTracks()])
  }
}

/** Notes when the picture has turned, and when the card of the item is on the screen. */
function noteBoth(label: string | RegExp): void {
  const pen = Object.assign(document.createElement('canvas'), { width: 4, height: 4 }).getContext('2d', { willReadFrequently: true })
  const seen: { picture?: number; card?: number } = {}
  Object.assign(window, { seen })
  const look = () => {
    const video = document.querySelector('video')
    if (video && pen && video.readyState > 1) {
      pen.drawImage(video, 0, 0, video.videoWidth, video.videoHeight / 2, 0, 0, 4, 4)
      const [red = 0, , blue = 0] = pen.getImageData(2, 1, 1, 1).data
      if (blue > red + 60) seen.picture ??= performance.now()
    }
    if (document.querySelector(`[aria-label="${String(label)}"]`)) seen.card ??= performance.now()
    requestAnimationFrame(look)
  }
  look()
}

const watch = (visitor: Visitor) => visitor.page.evaluate(noteBoth, visitor.t('room.now-showing'))
const apart = async ({ page }: Visitor) => {
  const read = () => page.evaluate(() => (window as unknown as { seen: { picture?: number; card?: number } }).seen)
  await expect.poll(async () => Object.keys(await read()).length, { message: 'the picture turns and the card comes' }).toBe(2)
  const { picture = 0, card = 0 } = await read()
  return card - picture
}

test('the card of an item comes with the words of the host, however far a viewer is behind', async ({ arrive, arriveAsHost, stall }, info) => {
  const show = await stall.plan('同步 In step')
  await stall.offer(show, 5)
  const host = await arriveAsHost('phone')
  await host.context.grantPermissions(['camera', 'microphone'])
  await host.context.addInitScript(paintedCamera)
  await host.page.goto(`/studio/${stall.slug}/shows/${show}/broadcast`)
  await host.button('studio.go-live').click()
  await expect(host.page.getByText(host.t('home.live-badge'))).toBeVisible()
  const [near, far] = [await arrive('phone'), await arrive('phone')]
  await far.context.addInitScript(() => localStorage.setItem('nightmarket.picture', 'low'))
  for (const viewer of [near, far]) {
    await enterRoom(viewer, show)
    await seesMovingPicture(viewer)
    await watch(viewer)
  }
  const next = host.button('studio.pin-next')
  await expect(next).toBeEnabled()
  await next.evaluate((button) => {
    ;(window as unknown as { flip: () => void }).flip()
    ;(button as HTMLElement).click()
  })
  const [webrtc, hls] = [await apart(near), await apart(far)]
  info.annotations.push({ type: 'milliseconds between picture and card', description: `WebRTC ${webrtc.toFixed(0)}, HLS ${hls.toFixed(0)}` })
  console.log(`picture to card: WebRTC ${webrtc.toFixed(0)} ms, HLS ${hls.toFixed(0)} ms`)
  expect(Math.abs(webrtc), 'by WebRTC').toBeLessThan(1000)
  expect(Math.abs(hls), 'by HLS').toBeLessThan(1000)
  await stall.owner.post(`/streams/${show}/end`)
  for (const visitor of [host, near]) visitor.expects(/404: DELETE .*\/wh[ie]p\//, /status of 404 .*\/wh[ie]p\//)
})
