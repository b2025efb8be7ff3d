import { expect, type Locator } from '@playwright/test'
import type { Visitor } from './visitor.ts'

export async function enterRoom({ page, t }: Visitor, streamId: string): Promise<void> {
  await page.goto(`/live/${streamId}`)
  await expect(page.getByRole('log', { name: t('room.chat') })).toBeVisible()
}

export const pinnedCard = ({ page, t }: Visitor): Locator => page.getByRole('region', { name: t('room.now-showing') })
export const chat = ({ page, t }: Visitor): Locator => page.getByRole('log', { name: t('room.chat') })

export async function say(visitor: Visitor, text: string): Promise<void> {
  const box = visitor.page.getByRole('textbox', { name: visitor.t('room.comment-label') })
  await box.fill(text)
  await box.press('Enter')
}

/** An item is held for this person: said in place, with the time that is left and the way to pay. */
export async function seesHold(visitor: Visitor, place = pinnedCard(visitor)): Promise<void> {
  await expect(place.getByRole('status')).toContainText(visitor.t('room.held'))
  await expect(place.getByRole('timer')).toHaveText(/^\d+:\d\d$/)
  await expect(place.getByRole('button', { name: visitor.t('room.pay'), exact: true })).toBeVisible()
}

/** Runs in the page: the clock of the video and, when the browser lets a script look, a small copy of its picture. */
function look({ withPixels }: { withPixels: boolean }): { time: number; pixels: number[] } | null {
  const video = document.querySelector('video')
  if (!video || video.readyState < 2) return null
  if (!withPixels) return { time: video.currentTime, pixels: [] }
  const canvas = document.createElement('canvas')
  canvas.width = 36
  canvas.height = 64
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  pen?.drawImage(video, 0, 0, canvas.width, canvas.height)
  return { time: video.currentTime, pixels: Array.from(pen?.getImageData(0, 0, canvas.width, canvas.height).data ?? []) }
}

/** Time advances and the pixels are others than before. */
export async function seesMovingPicture({ page }: Visitor): Promise<void> {
  const time = async () => (await page.evaluate(look, { withPixels: false }))?.time ?? 0
  await expect.poll(time, { message: 'the video starts' }).toBeGreaterThan(0)
  const before = await page.evaluate(look, { withPixels: true })
  if (!before) throw new Error('the picture is gone again')
  await expect.poll(time, { message: 'the time of the video advances' }).toBeGreaterThan(before.time + 1)
  const changed = async () => (await page.evaluate(look, { withPixels: true }))?.pixels.filter((value, at) => Math.abs(value - (before.pixels[at] ?? 0)) > 24).length ?? 0
  await expect.poll(changed, { message: 'the pixels of the video change' }).toBeGreaterThan(100)
}

/** The same for a recording, which comes as one file from another origin, so that only a photograph of the middle shows its pixels. */
export async function seesMovingRecording({ page }: Visitor): Promise<void> {
  const time = async () => (await page.evaluate(look, { withPixels: false }))?.time ?? 0
  await expect.poll(time, { message: 'the recording starts' }).toBeGreaterThan(0)
  const photograph = () => page.screenshot({ clip: { x: (page.viewportSize()?.width ?? 0) / 2 - 40, y: 200, width: 80, height: 220 }, animations: 'disabled' })
  const [start, before] = [await time(), await photograph()]
  await expect.poll(time, { message: 'the time of the recording advances' }).toBeGreaterThan(start + 1)
  await expect.poll(async () => before.equals(await photograph()), { message: 'the picture of the recording changes' }).toBe(false)
}
