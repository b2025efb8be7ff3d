import { lazy, Suspense, useState } from 'react'
import { useKeyboardInset } from '@/shared/hooks/keyboard'
import { cx } from '@/shared/ui/classes'
import { ChatList } from '../chat/chat-list'
import { ActivityLine, AnswerCard, CommentHint, HeartRain, PictureButton, PinnedLine, StageStatus, TurnCard } from '../later'
import { PinnedCard } from '../pin/pinned-card'
import { useLive } from '../room-context'
import { Stage } from '../stage'
import { BottomBar, SoundButton } from './bottom-bar'
import { TopBar } from './top-bar'

const ReplayBar = lazy(() => import('../replay/replay-bar'))
const BagSheet = lazy(() => import('../bag/bag-sheet'))

/** The whole phone is the show: picture, chat over a scrim, the pinned card, and everything to act with under one thumb. */
export default function PhoneRoom() {
  const [bag, setBag] = useState(false)
  const keyboard = useKeyboardInset()
  const ended = useLive((state) => state.state === 'ended')
  return (
    <main className="fixed inset-0 overflow-hidden bg-ink">
      <Stage className="absolute inset-0" />
      <StageStatus />
      <TopBar />
      <div className="absolute top-[calc(4rem+env(safe-area-inset-top))] right-3 z-20 grid gap-2">
        <SoundButton />
        <PictureButton />
      </div>
      <div
        style={keyboard > 0 ? { bottom: keyboard } : undefined}
        className="absolute inset-x-0 bottom-0 z-20 mx-auto flex max-w-2xl flex-col gap-2.5 px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]"
      >
        <div aria-hidden className="absolute inset-x-[-50vw] -top-24 bottom-0 -z-10 bg-linear-to-t from-black/85 via-black/45 to-transparent" />
        <TurnCard />
        {keyboard > 0 ? null : <PinnedCard />}
        <PinnedLine overVideo />
        {/* An answer lies over the last lines: what stands above them must not jump under a thumb. */}
        <div className="relative">
          <ChatList overVideo className={cx('w-[84%] max-w-md', ended ? 'h-[18dvh]' : 'h-[22dvh]')} />
          <div className="absolute inset-x-0 bottom-0">
            <AnswerCard />
          </div>
        </div>
        <Suspense fallback={null}>{ended ? <ReplayBar /> : null}</Suspense>
        {/* Its place is kept, so that what appears there moves nothing. */}
        {ended ? null : (
          <div className="-my-1 h-6 max-w-md">
            <ActivityLine overVideo />
          </div>
        )}
        {ended ? null : <CommentHint overVideo />}
        <BottomBar onBag={() => setBag(true)} />
      </div>
      <HeartRain />
      <Suspense fallback={null}>{bag ? <BagSheet onClose={() => setBag(false)} /> : null}</Suspense>
    </main>
  )
}
