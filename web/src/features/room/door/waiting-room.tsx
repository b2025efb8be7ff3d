import { useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'
import { Lantern } from '@/shared/ui/lantern'
import { useLive, useScene } from '../room-context'

/** Before a full room: the place in the line, and that waiting is all there is to do. */
export default function WaitingRoom() {
  const t = useT()
  const { stream } = useScene()
  const place = useLive((state) => state.doorPlace)
  return (
    <main className="relative grid min-h-dvh place-items-center overflow-hidden bg-ink px-4 py-8 text-white">
      {stream.poster ? <img src={stream.poster} alt="" className="absolute inset-0 size-full scale-110 object-cover opacity-35 blur-2xl" /> : <div className="bokeh absolute inset-0 opacity-60" />}
      <div className="relative grid w-full max-w-sm justify-items-center gap-4 rounded-3xl bg-black/65 px-6 py-8 text-center backdrop-blur-md">
        <Lantern className="h-16 animate-glow" />
        <div>
          <h1 className="text-xl">{t('room.full')}</h1>
          <p className="mt-1 text-sm text-white/80">{stream.shop ? `${stream.shop.name} · ${stream.title}` : stream.title}</p>
        </div>
        <p role="status" className="tabular rounded-2xl bg-white/10 px-5 py-3 text-lg font-bold text-amber">
          {place === 1 ? t('room.full-next') : place === null ? t('state.loading') : t('room.full-place', { position: place })}
        </p>
        <p className="text-sm leading-relaxed text-pretty text-white/90">{t('room.full-text')}</p>
        <p className="text-sm leading-relaxed text-pretty text-white/75">{t('room.full-bag')}</p>
        <ButtonLink to="/" look="glass" className="min-h-11">
          {t('room.full-elsewhere')}
        </ButtonLink>
      </div>
    </main>
  )
}
