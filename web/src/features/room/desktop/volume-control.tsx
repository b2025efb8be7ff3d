import { Volume1, Volume2, VolumeX } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { player } from '@/shared/player/engine'
import { usePlayer } from '@/shared/player/store'
import { IconButton } from '@/shared/ui/button'

export function VolumeControl() {
  const t = useT()
  const muted = usePlayer((state) => state.muted)
  const volume = usePlayer((state) => state.volume)
  const level = muted ? 0 : volume
  const Icon = level === 0 ? VolumeX : level < 0.5 ? Volume1 : Volume2
  return (
    <div className="flex items-center">
      <IconButton label={t(muted ? 'room.unmute' : 'room.mute')} className="text-white hover:bg-white/15" onClick={() => player.setMuted(!muted)}>
        <Icon aria-hidden className="size-5.5" />
      </IconButton>
      <input
        type="range"
        aria-label={t('room.keys.volume')}
        min={0}
        max={1}
        step={0.05}
        value={level}
        onChange={(event) => player.setVolume(Number(event.target.value))}
        style={{ '--share': `${level * 100}%` } as React.CSSProperties}
        className="seek w-20"
      />
    </div>
  )
}
