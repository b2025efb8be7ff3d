import { Captions, Ear, Gauge, Leaf, Maximize, PictureInPicture2 } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { player } from '@/shared/player/engine'
import { usePlayer, type Diet } from '@/shared/player/store'
import { cx } from '@/shared/ui/classes'
import { Sheet } from '@/shared/ui/sheet'
import { SeekBar } from '../seek-bar'
import { canFillScreen, canPictureInPicture, fillScreen, togglePictureInPicture } from './windows'

const DIETS = [
  { id: 'full', Icon: Gauge },
  { id: 'low', Icon: Leaf },
  { id: 'audio', Icon: Ear },
] as const

function Row({ icon, label, pressed, onClick }: { icon: React.ReactNode; label: string; pressed?: boolean; onClick: () => void }) {
  return (
    <button type="button" aria-pressed={pressed} onClick={onClick} className={cx('flex min-h-13 items-center gap-3 rounded-xl border px-4 text-left font-medium', pressed ? 'border-lantern bg-lantern/10' : 'border-line bg-raised')}>
      {icon}
      {label}
    </button>
  )
}

function Quality() {
  const t = useT()
  const qualities = usePlayer((state) => state.qualities)
  const quality = usePlayer((state) => state.quality)
  if (qualities.length === 0) return null
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-medium text-muted">{t('room.quality')}</legend>
      <div className="flex flex-wrap gap-2">
        {[{ index: -1, label: t('room.quality-auto') }, ...qualities].map(({ index, label }) => (
          <button key={index} type="button" aria-pressed={index === quality} onClick={() => player.ask((deck) => deck.setQuality(index))} className={cx('min-h-11 rounded-pill border px-4 text-sm font-semibold', index === quality ? 'border-lantern bg-lantern/10' : 'border-line bg-raised')}>
            {label}
          </button>
        ))}
      </div>
    </fieldset>
  )
}

/** Everything about the picture that is not needed all the time. */
export default function PictureSheet({ onClose }: { onClose: () => void }) {
  const t = useT()
  const { live, start, end, diet, audioOffered, captions, transport } = usePlayer()
  const choose = (next: Diet) => player.ask((deck) => deck.setDiet(next))
  return (
    <Sheet dark title={t('room.picture')} onClose={onClose}>
      <div className="grid gap-5">
        {live && end - start > 15 ? (
          <section aria-label={t('room.rewind')} className="grid gap-1.5">
            <h3 className="text-sm font-medium text-muted">{t('room.rewind')}</h3>
            <SeekBar />
          </section>
        ) : null}
        <Quality />
        <fieldset>
          <legend className="mb-2 text-sm font-medium text-muted">{t('room.data')}</legend>
          <div className="grid gap-2">
            {DIETS.filter(({ id }) => id !== 'audio' || audioOffered || diet === 'audio').map(({ id, Icon }) => (
              <label key={id} className={cx('flex min-h-14 cursor-pointer items-center gap-3 rounded-xl border px-4 py-2 has-focus-visible:outline-3 has-focus-visible:outline-amber', id === diet ? 'border-lantern bg-lantern/10' : 'border-line bg-raised')}>
                <input type="radio" name="diet" checked={id === diet} onChange={() => choose(id)} className="size-5 accent-lantern" />
                <span className="grow">
                  <span className="block font-medium">{t(`room.data-${id}`)}</span>
                  <span className="block text-sm text-muted">{t(`room.data-${id}-text`)}</span>
                </span>
                <Icon aria-hidden className="size-5 shrink-0 text-muted" />
              </label>
            ))}
          </div>
        </fieldset>
        <div className="grid gap-2">
          {captions === 'none' ? null : <Row icon={<Captions aria-hidden className="size-5" />} label={t('room.captions')} pressed={captions === 'on'} onClick={() => player.ask((deck) => deck.setCaptions(captions === 'off'))} />}
          {canPictureInPicture() ? <Row icon={<PictureInPicture2 aria-hidden className="size-5" />} label={t('room.pip')} onClick={() => void togglePictureInPicture().then(onClose, () => undefined)} /> : null}
          {canFillScreen() ? <Row icon={<Maximize aria-hidden className="size-5" />} label={t('room.fullscreen')} onClick={() => void fillScreen().then(onClose, () => undefined)} /> : null}
        </div>
        {live && transport ? <p className="text-xs text-muted">{t(transport === 'whep' ? 'room.delay-none' : 'room.delay-some')}</p> : null}
      </div>
    </Sheet>
  )
}
