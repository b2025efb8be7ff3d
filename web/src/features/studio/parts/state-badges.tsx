import type { ClaimState, OrderState, StreamState } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { Badge, LiveDot, type Tone } from '@/shared/ui/badge'

const SHOW: Record<StreamState, Tone> = { draft: 'plain', scheduled: 'gold', live: 'live', interrupted: 'ember', ended: 'plain' }
const CLAIM: Record<ClaimState, Tone> = { held: 'gold', waitlisted: 'plain', ordered: 'leaf', expired: 'ember', released: 'plain' }
const ORDER: Record<OrderState, Tone> = { pending_payment: 'gold', paid: 'leaf', packing: 'leaf', shipped: 'leaf', delivered: 'leaf', cancelled: 'plain', refunded: 'plain' }

export function ShowBadge({ state }: { state: StreamState }) {
  const t = useT()
  return (
    <Badge tone={SHOW[state]}>
      {state === 'live' ? <LiveDot /> : null}
      {t(`studio.show-state.${state}`)}
    </Badge>
  )
}

export function ClaimBadge({ state }: { state: ClaimState }) {
  const t = useT()
  return <Badge tone={CLAIM[state]}>{t(`studio.claim-state.${state}`)}</Badge>
}

export function OrderBadge({ state }: { state: OrderState }) {
  const t = useT()
  return <Badge tone={ORDER[state]}>{t(`studio.order-state.${state}`)}</Badge>
}

export function SandboxBadge() {
  const t = useT()
  return <Badge tone="gold">{t('studio.sandbox')}</Badge>
}
