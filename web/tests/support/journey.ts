import { test as base } from '@playwright/test'
import { newAccount, type Account } from './person.ts'
import { Product } from './product.ts'
import { Stall } from './stall.ts'
import { DEVICES, Visitor, type DeviceName } from './visitor.ts'

export { expect } from '@playwright/test'

interface Whole {
  product: Product
  stall: Stall
  /** A show that is on air all the time. */
  show: string
  /** The room of a show that has not begun: for what needs no picture. */
  room: string
}
interface Each {
  /** Opens a browser of its own on a device. */
  arrive: (device: DeviceName) => Promise<Visitor>
  /** The same with an account and a session. */
  arriveAs: (device: DeviceName, name: string) => Promise<{ visitor: Visitor; account: Account }>
  /** The owner of the stall. */
  arriveAsHost: (device: DeviceName) => Promise<Visitor>
}

export const test = base.extend<Each, Whole>({
  product: [
    async ({ playwright: _ }, provide) => {
      const product = await Product.create()
      await provide(product)
      await product.stop()
    },
    { scope: 'worker', timeout: 150_000 },
  ],
  stall: [
    async ({ product }, provide) => {
      const stall = await Stall.open(product.address)
      await provide(stall)
      await stall.close()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  show: [
    async ({ stall }, provide) => {
      const show = await stall.plan('今晚的夜市 Tonight')
      await stall.goLive(show)
      await provide(show)
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  room: [async ({ stall }, provide) => provide(await stall.announce('明晚的夜市 Tomorrow')), { scope: 'worker' }],
  arrive: async ({ browser, product }, provide) => {
    const visitors: Visitor[] = []
    await provide(async (device) => {
      const visitor = await Visitor.arrive(browser, product.address, DEVICES[device])
      visitors.push(visitor)
      return visitor
    })
    for (const visitor of visitors) {
      await visitor.findsNothingWrong()
      await visitor.context.close()
    }
  },
  arriveAs: async ({ arrive }, provide) => {
    await provide(async (device, name) => {
      const visitor = await arrive(device)
      const account = newAccount(name, visitor.locale)
      await visitor.register(account)
      return { visitor, account }
    })
  },
  arriveAsHost: async ({ arrive, stall }, provide) => {
    await provide(async (device) => {
      const visitor = await arrive(device)
      await visitor.logIn(stall.owner.account)
      return visitor
    })
  },
})
