import { useT } from '@/shared/i18n/store'
import { formatMoney } from '@/shared/format/format'
import { openCheckout } from '@/shared/session/overlays'
import { Button } from '@/shared/ui/button'
import { isOpen, useShowClaims } from '../claiming'
import { useLive, useScene } from '../room-context'

export function useHeldClaims() {
  const items = useLive((state) => state.items)
  return useShowClaims(items).filter((claim) => claim.state === 'held' && isOpen(claim))
}

/** Everything held in this show, in one order. */
export function PayBar({ onPay }: { onPay?: () => void }) {
  const t = useT()
  const { stream } = useScene()
  const held = useHeldClaims()
  const first = held[0]
  if (!first) return null
  const amount = held.reduce((sum, claim) => sum + claim.unit_price.amount * claim.quantity, 0)
  const pay = () => {
    onPay?.()
    openCheckout({ shopId: stream.shop_id, claimIds: held.map((claim) => claim.id) })
  }
  return (
    <Button wide size="large" onClick={pay}>
      {t('room.pay-all', { price: formatMoney({ amount, currency: first.unit_price.currency }) })}
    </Button>
  )
}
