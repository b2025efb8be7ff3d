import { useQuery } from '@tanstack/react-query'
import { RotateCcw, Volume2, VolumeX } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { playbackQuery } from '@/shared/data/queries'
import { useT } from '@/shared/i18n/store'
import { openSource, type Source } from '@/shared/player/source'
import { IconButton } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { Lantern } from '@/shared/ui/lantern'
import { statsQuery } from '../api/streams'
import { useFloor } from './floor-context'

const AGAIN_MS = 2500

/** The picture buyers get, without sound so that the room does not hear itself. Its own element: the buyer's player stays free. */
function Picture({ url, live, onShape }: { url: string; live: boolean; onShape: (upright: boolean) => void }) {
  const t = useT()
  const video = useRef<HTMLVideoElement>(null)
  const [muted, setMuted] = useState(true)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    const node = video.current
    if (!node) return
    let source: Source | null = null
    let gone = false
    let timer: ReturnType<typeof setTimeout> | null = null
    const onFailed = () => {
      setFailed(true)
      if (timer) clearTimeout(timer)
      timer = setTimeout(() => {
        source?.reload()
        void node.play().catch(() => undefined)
      }, AGAIN_MS)
    }
    const onPlaying = () => setFailed(false)
    node.addEventListener('playing', onPlaying)
    void openSource(node, url, { lowLatency: live, follow: live, small: false }, { qualities: () => undefined, failed: onFailed })
      .then((opened) => {
        if (gone) opened.destroy()
        else source = opened
        return node.play()
      })
      .catch(() => undefined)
    return () => {
      gone = true
      if (timer) clearTimeout(timer)
      node.removeEventListener('playing', onPlaying)
      source?.destroy()
    }
  }, [url, live])
  return (
    <>
      <video ref={video} muted={muted} playsInline aria-label={t('studio.preview')} className="absolute inset-0 size-full object-contain" controls={!live} onResize={(event) => onShape(event.currentTarget.videoHeight > event.currentTarget.videoWidth)} />
      {failed ? (
        <span role="status" className="absolute inset-x-0 bottom-3 mx-auto inline-flex w-fit items-center gap-2 rounded-pill bg-black/70 px-3 py-1.5 text-xs font-semibold text-white">
          <RotateCcw aria-hidden className="size-3.5 animate-spin" />
          {t('room.stalled')}
        </span>
      ) : null}
      {live ? (
        <IconButton label={t(muted ? 'room.unmute' : 'room.mute')} look="glass" onClick={() => setMuted((on) => !on)} className="absolute right-2 bottom-2">
          {muted ? <VolumeX aria-hidden className="size-5" /> : <Volume2 aria-hidden className="size-5" />}
        </IconButton>
      ) : null}
    </>
  )
}

export function Preview({ className }: { className?: string }) {
  const t = useT()
  const { show } = useFloor()
  const [upright, setUpright] = useState(false)
  const stats = useQuery(statsQuery(show.id, show.state === 'ended' ? false : 3000))
  const signal = stats.data?.has_signal ?? false
  const playback = useQuery({ ...playbackQuery(show.id), refetchInterval: (query) => (signal && !query.state.data?.hls ? 2000 : false) })
  const { refetch } = playback
  useEffect(() => {
    void refetch()
  }, [signal, refetch])
  const ended = show.state === 'ended'
  const url = ended ? (playback.data?.recording ?? playback.data?.hls) : signal ? playback.data?.hls : null
  const words = ended ? t('room.ended') : show.state === 'interrupted' ? t('studio.signal-lost') : t('studio.no-signal')
  return (
    <div data-upright={upright && Boolean(url)} className={cx('relative overflow-hidden rounded-2xl border border-line bg-black', className)}>
      {url ? (
        <Picture key={url} url={url} live={!ended} onShape={setUpright} />
      ) : (
        <div className="bokeh absolute inset-0 grid place-items-center content-center gap-3 p-4 text-center text-white">
          <Lantern className={cx('h-12', !ended && 'animate-glow')} />
          <p className="text-over-video text-sm font-semibold">{words}</p>
        </div>
      )}
    </div>
  )
}
