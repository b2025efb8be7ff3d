import { useMay } from '../shop-context'
import { ChatPanel } from './chat-panel'
import { ClaimsFeed } from './claims-feed'
import { EndedNotice } from './ended-notice'
import { useFloor } from './floor-context'
import { HealthPanel } from './health-panel'
import { MoneyBoard } from './money-board'
import { ObsPanel } from './obs-panel'
import { OrdersFeed } from './orders-feed'
import { Preview } from './preview'
import { QueuePanel } from './queue/queue-panel'
import { RunOfShow } from './run-of-show'

/** Everything at one glance, on a wide screen. */
export function Desk() {
  const mayRun = useMay('run')
  const mayModerate = useMay('moderate')
  const { show } = useFloor()
  return (
    <main className="grid min-h-0 grow grid-cols-[19rem_minmax(0,1fr)_19.5rem_20rem] gap-3 px-3 pt-1 pb-3 2xl:grid-cols-[23rem_minmax(0,1fr)_23rem_24rem]">
      <div className="no-scrollbar flex min-h-0 flex-col gap-3 overflow-y-auto [&>*]:shrink-0">
        <Preview className="aspect-video data-[upright=true]:aspect-4/5" />
        {mayModerate && show.state !== 'ended' ? <QueuePanel /> : null}
        <HealthPanel />
        {mayRun && show.state !== 'ended' ? <ObsPanel /> : null}
      </div>
      <div className="flex min-h-0 min-w-0 flex-col gap-3">
        {show.state === 'ended' ? <EndedNotice /> : null}
        <MoneyBoard />
        <RunOfShow />
      </div>
      <div className="flex min-h-0 min-w-0 flex-col gap-3">
        <ClaimsFeed className="basis-1/2" />
        <OrdersFeed className="basis-1/2" />
      </div>
      <ChatPanel />
    </main>
  )
}
