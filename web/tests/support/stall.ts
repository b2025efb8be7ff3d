import { connect } from 'node:net'
import { Encoder, photograph } from './encoder.ts'
import { newAccount, Person } from './person.ts'
import { until } from './product.ts'

interface Named {
  id: string
}
export interface Item extends Named {
  code: string
  title: string
  productId: string
  variantId: string
}
interface Ingest {
  rtmp: { url: string; key: string }
}

const answers = ({ hostname, port }: URL) =>
  new Promise<boolean>((resolve) => {
    const line = connect({ host: hostname, port: Number(port) })
    line.once('connect', () => resolve(true)).once('error', () => resolve(false))
    line.once('connect', () => line.destroy())
  })

/** A shop and the person who keeps it, through the public API. */
export class Stall {
  private readonly encoders = new Map<string, Encoder>()
  private codes = 0
  private picture: string | null = null

  private constructor(
    readonly address: string,
    readonly owner: Person,
    readonly shopId: string,
    readonly slug: string,
  ) {}

  static async open(address: string): Promise<Stall> {
    const account = newAccount('Mei')
    const owner = await Person.register(address, account)
    const slug = `night-stall-${account.email.split('@')[0]}`
    const shop = await owner.post<Named>('/shops', { name: '夜市小舖 Night Stall', slug, market: 'TW' })
    return new Stall(address, owner, shop.id, slug)
  }

  async plan(title: string): Promise<string> {
    return (await this.owner.post<Named>('/streams', { shop_id: this.shopId, title })).id
  }

  /** A show of tomorrow: its room is open, without a picture. */
  async announce(title: string, more: object = {}): Promise<string> {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
    return (await this.owner.post<Named>('/streams', { shop_id: this.shopId, title, scheduled_at: tomorrow, ...more })).id
  }

  /** A product in the line-up of a show, under the next free code. */
  async offer(streamId: string, stock: number, price = 390): Promise<Item> {
    this.codes += 1
    const code = `A${this.codes}`
    const title = `紙燈籠 Lantern ${this.codes}`
    const product = await this.owner.post<Named & { variants: Named[] }>(`/shops/${this.shopId}/products`, {
      title,
      description: '手工紙燈籠。',
      variants: [{ price: { amount: price, currency: 'TWD' }, stock }],
      image_keys: [await this.photograph()],
    })
    const variantId = product.variants[0]?.id
    if (!variantId) throw new Error('a product came back without its variant')
    const item = await this.owner.post<Named>(`/streams/${streamId}/items`, { product_id: product.id, code })
    return { id: item.id, code, title, productId: product.id, variantId }
  }

  pin(streamId: string, item: Item): Promise<unknown> {
    return this.owner.post(`/streams/${streamId}/items/${item.id}/pin`)
  }

  /** Puts a show on air and waits until it can be watched. */
  async goLive(streamId: string): Promise<void> {
    const encoder = new Encoder(await this.ingestAddress(streamId))
    this.encoders.set(streamId, encoder)
    const over = encoder.ended.then((code) => {
      throw new Error(`The encoder ended with ${code}: ${encoder.complaints}`)
    })
    over.catch(() => undefined)
    await Promise.race([over, until('the show is live', async () => (await this.state(streamId)) === 'live')])
    const { hls } = await this.owner.get<{ hls: string }>(`/streams/${streamId}/playback`)
    await until('its playlist answers', async () => (await fetch(new URL(hls, this.address))).ok)
  }

  async ingestAddress(streamId: string): Promise<string> {
    const { rtmp } = await until('the media server is up', () => this.owner.get<Ingest>(`/streams/${streamId}/ingest`).catch(() => null))
    await until('it takes connections', () => answers(new URL(rtmp.url)))
    return `${rtmp.url.replace(/\/$/, '')}/${rtmp.key}`
  }

  async state(streamId: string): Promise<string> {
    return (await this.owner.get<{ state: string }>(`/streams/${streamId}`)).state
  }

  async stopEncoder(streamId: string): Promise<void> {
    await this.encoders.get(streamId)?.stop()
    this.encoders.delete(streamId)
  }

  async close(): Promise<void> {
    await Promise.all([...this.encoders.values()].map((encoder) => encoder.stop()))
  }

  private async photograph(): Promise<string> {
    if (this.picture) return this.picture
    const data = photograph()
    const upload = await this.owner.post<{ upload_url: string; method: string; headers: Record<string, string>; object_key: string }>('/uploads', {
      filename: 'lantern.jpg',
      content_type: 'image/jpeg',
      size: data.length,
      purpose: 'product_image',
    })
    const answer = await fetch(new URL(upload.upload_url, this.address), { method: upload.method, headers: upload.headers, body: new Uint8Array(data) })
    if (!answer.ok) throw new Error(`the picture was refused: ${answer.status} ${await answer.text()}`)
    this.picture = upload.object_key
    return upload.object_key
  }
}
