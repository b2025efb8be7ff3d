import { useQuery } from '@tanstack/react-query'
import { Keyboard, Maximize, Pause, PictureInPicture2, Play, RectangleHorizontal } from 'lucide-react'
import { momentsQuery } from '@/shared/data/queries'
import { useT } from '@/shared/i18n/store'
import { player } from '@/shared/player/engine'
import { usePlayer } from '@/shared/player/store'
import { IconButton } from '@/shared/ui/button'
import { PictureButton } from '../later'
import { canPictureInPicture, togglePictureInPicture } from '../picture/windows'
import { useLive, useScene } from '../room-context'
import { SeekBar } from '../seek-bar'
import { QualityMenu } from './quality-menu'
import { VolumeControl } from './volume-control'

interface Props {
  theatre: boolean
  onTheatre: () => void
  onFullscreen: () => void
  onHelp: () => void
}

export default function Controls({ theatre, onTheatre, onFullscreen, onHelp }: Props) {
  const t = useT()
  const { stream } = useScene()
  const ended = useLive((state) => state.state === 'ended')
  const { data: chapters } = useQuery({ ...momentsQuery(stream.id), enabled: ended })
  const status = usePlayer((state) => state.status)
  const playing = status === 'playing' || status === 'stalled'
  const button = 'text-white hover:bg-white/15'
  return (
    <div className="absolute inset-x-0 bottom-0 z-20 bg-linear-to-t from-black/85 to-transparent px-3 pt-10 pb-2 text-white opacity-0 transition-opacity duration-200 group-focus-within:opacity-100 group-hover:opacity-100 group-data-[idle=true]:opacity-0 has-focus-visible:opacity-100">
      <div className="px-2">
        <SeekBar {...(chapters && { chapters: chapters.items })} />
      </div>
      <div className="flex items-center">
        <IconButton label={t(playing ? 'room.pause' : 'room.play')} className={button} onClick={() => player.toggle()}>
          {playing ? <Pause aria-hidden className="size-5.5" /> : <Play aria-hidden className="size-5.5" />}
        </IconButton>
        <VolumeControl />
        <span className="grow" />
        <QualityMenu />
        <PictureButton look="quiet" className={button} />
        <IconButton label={t('room.shortcuts')} className={button} onClick={onHelp}>
          <Keyboard aria-hidden className="size-5.5" />
        </IconButton>
        {canPictureInPicture() ? (
          <IconButton label={t('room.pip')} className={button} onClick={() => void togglePictureInPicture().catch(() => undefined)}>
            <PictureInPicture2 aria-hidden className="size-5.5" />
          </IconButton>
        ) : null}
        <IconButton label={t('room.theatre')} aria-pressed={theatre} className={button} onClick={onTheatre}>
          <RectangleHorizontal aria-hidden className="size-5.5" />
        </IconButton>
        <IconButton label={t('room.fullscreen')} className={button} onClick={onFullscreen}>
          <Maximize aria-hidden className="size-5.5" />
        </IconButton>
      </div>
    </div>
  )
}
