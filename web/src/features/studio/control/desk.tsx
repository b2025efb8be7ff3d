import { useMay } from '../shop-context'
import { CameraPanel } from './camera-panel'
import { ChatPanel } from './chat-panel'
import { ClaimsFeed } from './claims-feed'
import { EndedNotice } from './ended-notice'
import { useFloor } from './floor-context'
import { HealthPanel } from './health-panel'
import { MoneyBoard } from './money-board'
import { ObsPanel } from './obs-panel'
import { OrdersFeed } from './orders-feed'
import { OverlayPanel } from './overlay-panel'
import { Preview } from './preview'
import { QueuePanel } from './queue/queue-panel'
import { RunOfShow } from './run-of-show'

/** Everything at one glance, on a wide screen. */
export function Desk() {
  const mayRun = useMay('run')
  const mayModerate = useMay('moderate')
  const { show } = useFloor()
  return (
    <main className="grid min-h-0 grow grid-cols-[19rem_minmax(0,1fr)_20rem] grid-rows-[minmax(0,7fr)_minmax(0,5fr)] gap-3 px-3 pt-1 pb-3 min-[1440px]:grid-cols-[19rem_minmax(0,1fr)_19.5rem_20rem] min-[1440px]:grid-rows-[minmax(0,1fr)] 2xl:grid-cols-[23rem_minmax(0,1fr)_23rem_24rem]">
      <div className="no-scrollbar row-span-2 flex min-h-0 flex-col gap-3 overflow-y-auto min-[1440px]:row-span-1 [&>*]:shrink-0">
        <Preview className="aspect-video data-[upright=true]:aspect-4/5" />
        {mayModerate && show.state !== 'ended' ? <QueuePanel /> : null}
        <HealthPanel />
        {mayRun && show.state !== 'ended' ? (
          <>
            <CameraPanel />
            <ObsPanel />
          <OverlayPanel />
          </>
        ) : null}
      </div>
      <div className="flex min-h-0 min-w-0 flex-col gap-3">
        {show.state === 'ended' ? <EndedNotice /> : null}
        <MoneyBoard className="shrink-0" />
        <RunOfShow />
      </div>
      {/* Beside each other below the line-up, or above each other in a column of their own where there is room for four. */}
      <div className="col-start-2 row-start-2 grid min-h-0 min-w-0 grid-cols-2 gap-3 min-[1440px]:col-start-3 min-[1440px]:row-start-1 min-[1440px]:grid-cols-1 min-[1440px]:grid-rows-2">
        <ClaimsFeed />
        <OrdersFeed />
      </div>
      <ChatPanel className="row-span-2 min-[1440px]:row-span-1" />
    </main>
  )
}
