import { useT } from '@/shared/i18n/store'
import { Sheet } from '@/shared/ui/sheet'
import BagPanel from './bag-panel'
import { PayBar, useHeldClaims } from './pay-bar'

export default function BagSheet({ onClose }: { onClose: () => void }) {
  const t = useT()
  const held = useHeldClaims()
  return (
    <Sheet dark title={t('room.bag')} onClose={onClose} footer={held.length > 0 ? <PayBar onPay={onClose} /> : undefined}>
      <BagPanel start={held.length > 0 ? 'claims' : 'items'} />
    </Sheet>
  )
}
