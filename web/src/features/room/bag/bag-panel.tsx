import { useState } from 'react'
import { useT } from '@/shared/i18n/store'
import { Tabs } from '@/shared/ui/tabs'
import { ClaimsPanel } from './claims-panel'
import { QueueRow } from '../queue/queue-row'
import { LineUp } from './line-up'
import { useHeldClaims } from './pay-bar'
import { useLive } from '../room-context'

export type BagTab = 'items' | 'claims'

export default function BagPanel({ start = 'items' }: { start?: BagTab }) {
  const t = useT()
  const [tab, setTab] = useState<BagTab>(start)
  const count = useLive((state) => state.items.length)
  const held = useHeldClaims().length
  return (
    <div className="grid gap-3">
      <Tabs
        name="room-bag"
        label={t('room.bag')}
        value={tab}
        onChange={setTab}
        tabs={[
          { id: 'items', label: t('room.line-up'), count },
          { id: 'claims', label: t('room.my-claims'), count: held },
        ]}
      />
      <div role="tabpanel" id="room-bag-panel" aria-labelledby={`room-bag-${tab}`}>
        {tab === 'items' ? <LineUp /> : <ClaimsPanel />}
      </div>
      <QueueRow />
    </div>
  )
}
