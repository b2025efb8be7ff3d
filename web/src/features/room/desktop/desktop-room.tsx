import { lazy, Suspense, useRef, useState } from 'react'
import { useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { PayBar, useHeldClaims } from '../bag/pay-bar'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { ChatList } from '../chat/chat-list'
import { CommentBox } from '../chat/comment-box'
import { HeartButton } from '../heart-button'
import { ActivityLine, AnnouncementBar, AnswerCard, CommentHint, HeartRain, PinnedLine, StageStatus, TurnCard } from '../later'
import { PinnedCard } from '../pin/pinned-card'
import { useLive } from '../room-context'
import { Stage } from '../stage'
import { DesktopHeader } from './desktop-header'
import { useIdle } from './use-idle'
import { useShortcuts } from './use-shortcuts'

const BagPanel = lazy(() => import('../bag/bag-panel'))
const Moments = lazy(() => import('../replay/moments'))
const Controls = lazy(() => import('./controls'))
const ShortcutsSheet = lazy(() => import('./shortcuts-sheet'))

/** Line-up, picture, chat side by side; theatre mode leaves the picture and the chat. */
export default function DesktopRoom() {
  const t = useT()
  const [theatre, setTheatre] = useState(false)
  const [help, setHelp] = useState(false)
  const frame = useRef<HTMLDivElement>(null)
  const idle = useIdle(frame)
  const held = useHeldClaims().length
  const ended = useLive((state) => state.state === 'ended')
  const fullscreen = () => void (document.fullscreenElement ? document.exitFullscreen() : frame.current?.requestFullscreen())?.catch(() => undefined)
  const actions = { theatre: () => setTheatre((on) => !on), fullscreen, help: () => setHelp(true) }
  useShortcuts(actions)
  return (
    <main className="flex h-dvh flex-col overflow-hidden bg-ink">
      <DesktopHeader />
      <div className={cx('grid min-h-0 grow gap-4 px-4 pb-4', theatre ? 'grid-cols-[minmax(0,1fr)_20rem]' : 'grid-cols-[19rem_minmax(0,1fr)_20rem] 2xl:grid-cols-[23rem_minmax(0,1fr)_24rem]')}>
        {theatre ? null : (
          <aside aria-label={t('room.line-up')} className="flex min-h-0 flex-col overflow-hidden rounded-3xl border border-line bg-surface">
            <div className="min-h-0 grow overflow-y-auto p-3.5">
              <h2 className="sr-only">{t('room.line-up')}</h2>
              <Suspense fallback={<ListSkeleton rows={5} className="h-24" />}>
                <BagPanel />
              </Suspense>
            </div>
            {held ? (
              <div className="border-t border-line p-3.5">
                <PayBar />
              </div>
            ) : null}
          </aside>
        )}
        <div className="flex min-h-0 min-w-0 flex-col gap-3">
          <div ref={frame} data-idle={idle} className="group relative min-h-0 grow overflow-hidden rounded-3xl bg-black data-[idle=true]:cursor-none">
            <Stage contain className="absolute inset-0" />
            <StageStatus />
            <div className="absolute bottom-24 left-4 z-20 grid w-[min(26rem,calc(100%-2rem))] gap-2">
              <TurnCard />
              <PinnedCard wide />
            </div>
            <HeartRain />
            <Suspense fallback={null}>
              <Controls theatre={theatre} onTheatre={actions.theatre} onFullscreen={fullscreen} onHelp={actions.help} />
            </Suspense>
          </div>
          <Suspense fallback={null}>{ended ? <Moments /> : null}</Suspense>
        </div>
        <aside aria-label={t('room.chat')} className="flex min-h-0 flex-col gap-3 overflow-hidden rounded-3xl border border-line bg-surface p-3.5">
          <h2 className="text-base">{t('room.chat')}</h2>
          <AnnouncementBar />
          <PinnedLine />
          <ChatList className="grow" />
          <AnswerCard />
          {ended ? null : (
            <>
              <div className="-my-2 h-6">
                <ActivityLine />
              </div>
              <CommentHint />
              <div className="flex items-center gap-2">
                <CommentBox />
                <HeartButton />
              </div>
            </>
          )}
        </aside>
      </div>
      <Suspense fallback={null}>{help ? <ShortcutsSheet onClose={() => setHelp(false)} /> : null}</Suspense>
    </main>
  )
}
