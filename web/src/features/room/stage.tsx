import { PlayerSlot } from '@/shared/player/player-slot'
import { usePlayer } from '@/shared/player/store'
import { cx } from '@/shared/ui/classes'
import { useScene } from './room-context'

/** The picture. An upright one fills a phone; a wide one keeps its shape over a blurred copy of the poster. */
export function Stage({ className, contain }: { className?: string; contain?: boolean }) {
  const { stream } = useScene()
  const { portrait, poster } = usePlayer()
  const image = poster ?? stream.poster
  const fills = portrait && !contain
  return (
    <div className={cx('overflow-hidden bg-black', className)}>
      {image ? <img src={image} alt="" className="absolute inset-0 size-full scale-110 object-cover opacity-40 blur-2xl" /> : <div className="bokeh absolute inset-0 opacity-70" />}
      <PlayerSlot
        rank={1}
        className={cx('absolute', fills ? 'inset-0 [&>video]:object-cover' : contain ? 'inset-0 [&>video]:object-contain' : 'inset-x-0 top-[calc(4.75rem+env(safe-area-inset-top))] aspect-video [&>video]:object-contain')}
      />
    </div>
  )
}
