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

/** The clock of the picture and a small copy of the picture itself. */
const look = ({ page }: Visitor) =>
  page.evaluate(() => {
    const video = document.querySelector('video')
    if (!video || video.readyState < 2) return null
    const canvas = document.createElement('canvas')
    canvas.width = 36
    canvas.height = 64
    const pen = canvas.getContext('2d', { willReadFrequently: true })
    if (!pen) return null
    pen.drawImage(video, 0, 0, canvas.width, canvas.height)
    return { time: video.currentTime, pixels: Array.from(pen.getImageData(0, 0, canvas.width, canvas.height).data) }
  })

/** Time advances and the pixels are others than before. */
export async function seesMovingPicture(visitor: Visitor): Promise<void> {
  await expect.poll(async () => (await look(visitor))?.time ?? 0, { message: 'the video starts' }).toBeGreaterThan(0)
  const before = await look(visitor)
  if (!before) throw new Error('the picture is gone again')
  await expect.poll(async () => ((await look(visitor))?.time ?? 0) - before.time, { message: 'the time of the video advances' }).toBeGreaterThan(1)
  const changed = async () => (await look(visitor))?.pixels.filter((value, at) => Math.abs(value - (before.pixels[at] ?? 0)) > 24).length ?? 0
  await expect.poll(changed, { message: 'the pixels of the video change' }).toBeGreaterThan(100)
}
