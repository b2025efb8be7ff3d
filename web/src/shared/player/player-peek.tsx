import { useLocation } from 'react-router'
import { useWideRoom } from '@/shared/hooks/media'
import { PlayerSlot } from './player-slot'
import { usePlayer } from './store'

/** The show above an open sheet, where the sheet would hide it. */
export function PlayerPeek() {
  const watching = usePlayer((state) => state.streamId !== null && state.status !== 'idle' && state.status !== 'failed')
  const portrait = usePlayer((state) => state.portrait)
  const wide = useWideRoom()
  const { pathname } = useLocation()
  const visible = wide && pathname.startsWith('/live/')
  if (!watching || visible) return null
  return (
    <div className="mx-auto mb-2 w-fit sm:absolute sm:right-[calc(100%+1rem)] sm:bottom-4 overflow-hidden rounded-2xl border border-white/20 bg-black shadow-card">
      <PlayerSlot rank={2} className={portrait ? 'aspect-9/16 h-[17dvh] min-h-24 [&>video]:object-cover' : 'aspect-video h-[17dvh] min-h-24 [&>video]:object-cover'} />
    </div>
  )
}
