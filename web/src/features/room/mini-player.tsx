import { Maximize2, Pause, Play, X } from 'lucide-react'
import { Link, useLocation } from 'react-router'
import { useT } from '@/shared/i18n/store'
import { player } from '@/shared/player/engine'
import { PlayerSlot } from '@/shared/player/player-slot'
import { usePlayer } from '@/shared/player/store'
import { IconButton } from '@/shared/ui/button'
import { useOverlays } from '@/shared/session/overlays'
import { LiveDot } from '@/shared/ui/badge'
import { cx } from '@/shared/ui/classes'

/** The show goes on in a corner while somebody looks around. */
export default function MiniPlayer() {
  const t = useT()
  const { pathname } = useLocation()
  const streamId = usePlayer((state) => state.streamId)
  const status = usePlayer((state) => state.status)
  const title = usePlayer((state) => state.title)
  const live = usePlayer((state) => state.live)
  const paying = useOverlays((state) => state.checkout !== null)
  const portrait = usePlayer((state) => state.portrait)
  if (!streamId || status === 'idle' || pathname === `/live/${streamId}`) return null
  return (
    <section
      aria-label={t('room.mini')}
      className={cx(
        'fixed bottom-[calc(4.6rem+env(safe-area-inset-bottom))] z-40 animate-rise overflow-hidden rounded-2xl border border-white/15 bg-black text-white shadow-card md:bottom-5',
        paying ? 'left-3 md:left-5' : 'right-3 md:right-5',
        portrait ? 'w-28 md:w-40' : 'w-48 md:w-72',
      )}
    >
      <Link to={`/live/${streamId}`} aria-label={`${t('room.return')}: ${title}`} className="relative block">
        <PlayerSlot rank={0} className={cx('bg-black [&>video]:object-cover', portrait ? 'aspect-9/16' : 'aspect-video')} />
        {live ? (
          <span className="absolute top-2 left-2 inline-flex items-center gap-1 rounded-pill bg-lantern px-2 text-[11px] leading-5 font-bold text-on-lantern">
            <LiveDot />
            {t('home.live-badge')}
          </span>
        ) : null}
        <Maximize2 aria-hidden className="absolute right-2 bottom-2 size-4 drop-shadow" />
      </Link>
      <IconButton label={t('action.close')} look="glass" onClick={() => player.stop()} className="absolute top-1 right-1 size-9">
        <X aria-hidden className="size-4" />
      </IconButton>
      <IconButton label={t(status === 'paused' ? 'room.play' : 'room.pause')} look="glass" onClick={() => player.toggle()} className="absolute bottom-1 left-1 size-9">
        {status === 'paused' ? <Play aria-hidden className="size-4" /> : <Pause aria-hidden className="size-4" />}
      </IconButton>
    </section>
  )
}
