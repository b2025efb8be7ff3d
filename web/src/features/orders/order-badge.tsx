import type { OrderState } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { Badge, type Tone } from '@/shared/ui/badge'

const TONES: Record<OrderState, Tone> = {
  pending_payment: 'gold',
  paid: 'leaf',
  packing: 'leaf',
  shipped: 'leaf',
  delivered: 'leaf',
  cancelled: 'plain',
  refunded: 'plain',
}

export function OrderBadge({ state }: { state: OrderState }) {
  const t = useT()
  return <Badge tone={TONES[state] ?? 'plain'}>{t(`order.state.${state}`)}</Badge>
}
