import { until } from './support/product.ts'
import { expect, test } from './support/journey.ts'
import { colour, publishCanvas, soundEnergy, watchByWhep } from './support/webrtc.ts'

interface Ingest {
  whip: { url: string; token: string }
}

test('a browser publishes by WHIP, another one watches by WHEP, and all by HLS', async ({ browser, product, stall }) => {
  const show = await stall.plan('Live from a browser')
  await stall.ingestAddress(show)
  const { whip } = await stall.owner.get<Ingest>(`/streams/${show}/ingest`)
  const [host, guest] = await Promise.all([browser.newPage(), browser.newPage()])
  await Promise.all([host.goto(product.address), guest.goto(product.address)])

  await publishCanvas(host, whip.url, whip.token)
  await until('the show is live', async () => (await stall.state(show)) === 'live')
  const { whep, hls } = await stall.owner.get<{ whep: string; hls: string }>(`/streams/${show}/playback`)
  await watchByWhep(guest, whep)

  const seen = new Set<string>()
  await expect.poll(async () => seen.add(await colour(guest)).size, { message: 'pictures change' }).toBeGreaterThan(5)
  expect([...seen].some((text) => text.startsWith('640x360'))).toBe(true)
  await expect.poll(() => soundEnergy(guest), { message: 'sound arrives' }).toBeGreaterThan(0)
  await until('its playlist answers', async () => (await fetch(hls)).ok)
  const { health } = await until('its health is known', async () => {
    const stats = await stall.owner.get<{ health: { protocol: string; fps: number } | null }>(`/streams/${show}/stats`)
    return stats.health ? { health: stats.health } : null
  })
  expect(health.protocol).toBe('whip')

  await stall.owner.post(`/streams/${show}/end`)
  await expect.poll(() => guest.evaluate(() => (window as unknown as { connection: RTCPeerConnection }).connection.connectionState)).toMatch(/closed|failed|disconnected/)
  await Promise.all([host.close(), guest.close()])
})
