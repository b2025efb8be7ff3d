import { expect } from '@playwright/test'
import type { Item, Stall } from './stall.ts'
import type { Visitor } from './visitor.ts'

export interface OrderRow {
  id: string
  number: string
  state: string
}

/** Fills in the address of the visitor's market and places the order; ends on the page of the pretend gateway. */
export async function placeOrder(visitor: Visitor): Promise<void> {
  await askForOrder(visitor)
  await visitor.page.waitForURL(/\/sandbox\/pay\//)
}

/** The same, whatever comes of it. */
export async function askForOrder(visitor: Visitor, phone?: string): Promise<void> {
  const { t } = visitor
  const sheet = visitor.sheet('checkout.title')
  const thai = visitor.locale === 'th'
  const fill = (id: Parameters<typeof t>[0], value: string) => sheet.getByLabel(t(id), { exact: true }).fill(value)
  await fill('address.phone', phone ?? (thai ? '081 234 5678' : '0912 345 678'))
  await fill('address.postcode', thai ? '10330' : '106')
  if (thai) {
    await fill('address.province', 'กรุงเทพมหานคร')
    await fill('address.subdistrict', 'ลุมพินี')
  }
  await fill('address.district', thai ? 'ปทุมวัน' : '大安區')
  await fill('address.line1', thai ? '99 ถนนพระราม 4' : '仁愛路四段 1 號')
  await sheet.getByRole('button', { name: t('checkout.place') }).click()
}

const ordersOf = async (stall: Stall) => (await stall.owner.get<{ items: OrderRow[] }>(`/shops/${stall.shopId}/orders`)).items

/** From the result page to the order and the list of orders: it is there, and the seller sees the same one. */
export async function findsOrder(visitor: Visitor, stall: Stall, item: Item): Promise<OrderRow> {
  const { page, t } = visitor
  await page.getByRole('link', { name: t('pay.see-order') }).click()
  await expect(page.getByRole('heading', { level: 1, name: t('order.number') })).toBeVisible()
  const id = new URL(page.url()).pathname.split('/').at(-1)
  const order = (await ordersOf(stall)).find((row) => row.id === id)
  if (!order) throw new Error('the seller does not see the order')
  await expect(page.getByRole('heading', { level: 1 })).toContainText(order.number)
  await page.goto('/orders')
  const card = page.locator(`a[href="/orders/${order.id}"]`)
  await expect(card).toContainText(item.title)
  await expect(card).toContainText(t('order.state.paid') as string)
  return order
}
