import { useQuery } from '@tanstack/react-query'
import { Pause, Play } from 'lucide-react'
import { momentsQuery } from '@/shared/data/queries'
import { useT } from '@/shared/i18n/store'
import { player } from '@/shared/player/engine'
import { usePlayer } from '@/shared/player/store'
import { IconButton } from '@/shared/ui/button'
import { useScene } from '../room-context'
import { SeekBar } from '../seek-bar'
import Moments from './moments'

export default function ReplayBar() {
  const t = useT()
  const status = usePlayer((state) => state.status)
  const loaded = usePlayer((state) => state.streamId !== null && state.end > 0)
  const { stream } = useScene()
  const { data: chapters } = useQuery(momentsQuery(stream.id))
  if (!loaded) return null
  const playing = status === 'playing'
  return (
    <div className="grid gap-2">
      <Moments />
      <div className="flex items-center gap-2">
        <IconButton label={t(playing ? 'room.pause' : 'room.play')} look="glass" onClick={() => player.toggle()}>
          {playing ? <Pause aria-hidden className="size-5" /> : <Play aria-hidden className="size-5" />}
        </IconButton>
        <SeekBar {...(chapters && { chapters: chapters.items })} />
      </div>
    </div>
  )
}
