import { CirclePlay, LoaderCircle, RotateCcw, Volume2 } from 'lucide-react'
import { formatDate } from '@/shared/format/format'
import { useLocale, useT } from '@/shared/i18n/store'
import { player } from '@/shared/player/engine'
import { usePlayer } from '@/shared/player/store'
import { Button } from '@/shared/ui/button'
import { Lantern } from '@/shared/ui/lantern'
import { useLive, useScene } from './room-context'

function Words({ title, text, children }: { title: string; text?: string; children?: React.ReactNode }) {
  return (
    <div className="grid max-w-xs animate-fade justify-items-center gap-3 rounded-3xl bg-black/60 px-6 py-6 text-center text-white backdrop-blur-md">
      {children}
      <p className="text-lg leading-snug font-bold">{title}</p>
      {text ? <p className="text-sm text-white/85">{text}</p> : null}
    </div>
  )
}

/** What lies over the picture when there is no picture, or when it needs a tap. */
export default function StageStatus() {
  const t = useT()
  const locale = useLocale()
  const { stream } = useScene()
  const state = useLive((room) => (room.ready ? room.state : stream.state))
  const { streamId, status, soundBlocked } = usePlayer()
  const loaded = streamId === stream.id
  const when = stream.scheduled_at ? formatDate(stream.scheduled_at, locale, 'full', stream.shop?.market) : null
  let content = null
  if (state === 'scheduled' || state === 'draft') {
    content = (
      <Words title={when ? t('room.scheduled', { when }) : t('room.starting-soon')}>
        <Lantern className="h-14 animate-glow" />
      </Words>
    )
  } else if (state === 'ended' && !loaded) {
    content = (
      <Words title={t('room.ended')} text={t('room.ended-text')}>
        <Lantern className="h-14" />
      </Words>
    )
  } else if (state === 'interrupted' && status !== 'playing') {
    content = (
      <Words title={t('room.interrupted')}>
        <Lantern className="h-14 animate-glow" />
      </Words>
    )
  } else if (loaded && status === 'failed') {
    content = (
      <Words title={t('room.video-failed')}>
        <Button look="glass" icon={<RotateCcw aria-hidden className="size-4" />} onClick={() => player.ask((deck) => deck.tryAgain())}>
          {t('action.retry')}
        </Button>
      </Words>
    )
  } else if (loaded && status === 'paused') {
    content = (
      <button type="button" aria-label={t('room.play')} onClick={() => player.toggle()} className="pointer-events-auto grid size-20 place-items-center rounded-full bg-black/45 text-white backdrop-blur-sm">
        <CirclePlay aria-hidden className="size-12" />
      </button>
    )
  } else if (status === 'stalled' || status === 'loading') {
    content = (
      <span role="status" className="grid justify-items-center gap-2 rounded-2xl bg-black/50 px-4 py-3 text-sm font-semibold text-white">
        <LoaderCircle aria-hidden className="size-8 animate-spin text-amber" />
        {status === 'stalled' ? t('room.stalled') : <span className="sr-only">{t('state.loading')}</span>}
      </span>
    )
  } else if (soundBlocked) {
    content = (
      <button type="button" onClick={() => player.setMuted(false)} className="pointer-events-auto inline-flex min-h-12 items-center gap-2 rounded-pill bg-white/92 px-5 font-bold text-ink shadow-card">
        <Volume2 aria-hidden className="size-5" />
        {t('room.tap-sound')}
      </button>
    )
  }
  return content ? <div className="pointer-events-none absolute inset-0 z-10 grid place-items-center [&_button]:pointer-events-auto">{content}</div> : null
}
