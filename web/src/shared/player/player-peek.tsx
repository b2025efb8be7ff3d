import { useMedia } from '@/shared/hooks/media'
import { PlayerSlot } from './player-slot'
import { usePlayer } from './store'

/** The show above an open sheet, on phones; on wider screens the sheet leaves the picture in sight. */
export function PlayerPeek() {
  const watching = usePlayer((state) => state.streamId !== null && state.status !== 'idle' && state.status !== 'failed')
  const portrait = usePlayer((state) => state.portrait)
  const narrow = useMedia('(max-width: 639px)')
  if (!watching || !narrow) return null
  return (
    <div className="mx-auto mb-2 w-fit overflow-hidden rounded-2xl border border-white/20 bg-black shadow-card">
      <PlayerSlot rank={2} className={portrait ? 'aspect-9/16 h-[17dvh] min-h-24 [&>video]:object-cover' : 'aspect-video h-[17dvh] min-h-24 [&>video]:object-cover'} />
    </div>
  )
}
