import type { Money, StreamItem } from '@/api/types'

const NOTHING: Money = { amount: 0, currency: 'TWD' }
const usual = (item: StreamItem): Money | null => item.product.variants[0]?.price ?? null

export const itemPrice = (item: StreamItem): Money => item.live_price ?? usual(item) ?? NOTHING
export const itemUsual = (item: StreamItem): Money | null => (item.live_price ? usual(item) : null)
