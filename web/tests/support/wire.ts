import type { Page } from '@playwright/test'
import type { Visitor } from './visitor.ts'

export interface Frame {
  t: string
  s?: number
  n?: number
  id?: number
  d: Record<string, unknown>
}
interface Tapped {
  nightmarketSockets: WebSocket[]
  nightmarketFrames: Frame[]
}

/** Keeps hold of the room sockets a page opens, and of what comes over them. Before the first visit. */
export async function tap({ context }: Visitor): Promise<void> {
  await context.addInitScript(() => {
    const Socket = window.WebSocket
    const tapped = window as unknown as Tapped
    tapped.nightmarketSockets = []
    tapped.nightmarketFrames = []
    window.WebSocket = class extends Socket {
      constructor(...parts: ConstructorParameters<typeof Socket>) {
        super(...parts)
        tapped.nightmarketSockets.push(this)
        this.addEventListener('message', (event) => tapped.nightmarketFrames.push(...(JSON.parse(String(event.data)) as Frame[])))
      }
    }
  })
}

export const frames = ({ page }: { page: Page }, kind: string): Promise<Frame[]> =>
  page.evaluate((wanted) => (window as unknown as Tapped).nightmarketFrames.filter((frame) => frame.t === wanted), kind)

/** Sends over the socket that the page itself uses. */
export const whisper = ({ page }: { page: Page }, kind: string, data: object, id = 900_001): Promise<void> =>
  page.evaluate(([t, d, number]) => (window as unknown as Tapped).nightmarketSockets.at(-1)?.send(JSON.stringify({ t, id: number, d })), [kind, data, id] as const)

/** Cuts the line without saying goodbye to the room. */
export const cut = ({ page }: { page: Page }): Promise<void> => page.evaluate(() => (window as unknown as Tapped).nightmarketSockets.at(-1)?.close(4000))

/** Lets the page receive frames that no server sent, for what cannot be brought about in one process. */
export const pretend = ({ page }: { page: Page }, sent: Frame[]): Promise<void> =>
  page.evaluate((batch) => {
    ;(window as unknown as Tapped).nightmarketSockets.at(-1)?.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(batch) }))
  }, sent)

/** The viewer this page is in the room, as its ticket says. */
export const viewerOf = ({ page }: { page: Page }): Promise<string> =>
  page.evaluate(() => {
    const ticket = new URL((window as unknown as Tapped).nightmarketSockets.at(-1)?.url ?? '').searchParams.get('ticket') ?? ''
    for (const part of ticket.split('.')) {
      try {
        const read = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/'))) as { v?: string }
        if (read.v) return read.v
      } catch {
        // A signature is not JSON.
      }
    }
    return ''
  })
