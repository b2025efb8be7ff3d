import { Activity, ListOrdered, MessagesSquare, ReceiptText, Users, UsersRound } from 'lucide-react'
import { useState } from 'react'
import { useMedia } from '@/shared/hooks/media'
import { useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { useMay } from '../shop-context'
import { CameraPanel } from './camera-panel'
import { ChatPanel } from './chat-panel'
import { ClaimsFeed } from './claims-feed'
import { EndedNotice } from './ended-notice'
import { useFloor, useRepairs } from './floor-context'
import { HealthPanel } from './health-panel'
import { MoneyBoard } from './money-board'
import { ObsPanel } from './obs-panel'
import { OrdersFeed } from './orders-feed'
import { OverlayPanel } from './overlay-panel'
import { Preview } from './preview'
import { QueuePanel } from './queue/queue-panel'
import { RunOfShow } from './run-of-show'

const TABS = [
  { id: 'items', Icon: ListOrdered },
  { id: 'chat', Icon: MessagesSquare },
  { id: 'claims', Icon: Users },
  { id: 'queue', Icon: UsersRound },
  { id: 'orders', Icon: ReceiptText },
  { id: 'signal', Icon: Activity },
] as const
type Tab = (typeof TABS)[number]['id']

function Part({ tab }: { tab: Tab }) {
  const mayRun = useMay('run')
  const { show } = useFloor()
  if (tab === 'items') return <RunOfShow />
  if (tab === 'chat') return <ChatPanel />
  if (tab === 'claims') return <ClaimsFeed />
  if (tab === 'queue') return <QueuePanel fill />
  if (tab === 'orders') return <OrdersFeed />
  return (
    <div className="grid min-h-0 auto-rows-max content-start gap-3 overflow-y-auto">
      <HealthPanel />
      {mayRun && show.state !== 'ended' ? (
        <>
          <CameraPanel />
          <ObsPanel />
          <OverlayPanel />
        </>
      ) : null}
    </div>
  )
}

/** The same control room for one hand: picture and money on top, one part at a time below. */
export function Pocket() {
  const t = useT()
  const { show } = useFloor()
  const mayModerate = useMay('moderate')
  const [tab, setTab] = useState<Tab>('items')
  const repairs = useRepairs().length
  const roomy = useMedia('(min-width: 768px)')
  return (
    <>
      <main className="flex min-h-0 grow flex-col gap-2 px-2 pt-1 md:grid md:grid-cols-[minmax(0,20rem)_minmax(0,1fr)] md:gap-3 md:px-3">
        <div className="flex min-h-0 shrink-0 flex-col gap-2 md:gap-3 [&>*]:shrink-0">
          <Preview className={cx('md:aspect-video md:h-auto', tab === 'signal' ? 'aspect-video' : 'h-28')} />
          <MoneyBoard className="md:grid-cols-2" />
          {show.state === 'ended' ? <EndedNotice /> : null}
          {roomy && tab !== 'orders' ? <OrdersFeed className="mb-2 shrink!" /> : null}
        </div>
        <div id="control-panel" role="tabpanel" className="flex min-h-0 min-w-0 grow flex-col pb-2">
          <Part tab={tab} />
        </div>
      </main>
      <nav role="tablist" aria-label={t('studio.control')} className="flex shrink-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]">
        {TABS.filter(({ id }) => id !== 'queue' || mayModerate).map(({ id, Icon }) => (
          <button key={id} type="button" role="tab" aria-selected={tab === id} aria-controls="control-panel" onClick={() => setTab(id)} className={cx('grid min-h-14 flex-1 place-items-center content-center gap-0.5 min-w-0 text-[11px] font-semibold', tab === id ? 'text-ember' : 'text-muted')}>
            <span className="relative">
              <Icon aria-hidden className="size-5.5" />
              {id === 'claims' && repairs > 0 ? <span className="tabular absolute -top-1.5 -right-3 grid h-4.5 min-w-4.5 place-items-center rounded-full bg-lantern px-1 text-[11px] leading-none text-on-lantern">{repairs}</span> : null}
            </span>
            {t(`studio.tab.${id}`)}
          </button>
        ))}
      </nav>
    </>
  )
}
