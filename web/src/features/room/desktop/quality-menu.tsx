import { Settings2 } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { player } from '@/shared/player/engine'
import { usePlayer } from '@/shared/player/store'

export function QualityMenu() {
  const t = useT()
  const qualities = usePlayer((state) => state.qualities)
  const quality = usePlayer((state) => state.quality)
  if (qualities.length === 0) return null
  return (
    <label className="relative flex min-h-11 items-center gap-1.5 rounded-full px-3 text-sm font-semibold hover:bg-white/15">
      <Settings2 aria-hidden className="size-5" />
      <span className="sr-only">{t('room.quality')}</span>
      <select value={quality} onChange={(event) => player.ask((deck) => deck.setQuality(Number(event.target.value)))} className="bg-transparent outline-none [&>option]:bg-surface [&>option]:text-text">
        <option value={-1}>{t('room.quality-auto')}</option>
        {qualities.map(({ index, label }) => (
          <option key={index} value={index}>
            {label}
          </option>
        ))}
      </select>
    </label>
  )
}
