import { VolumeX } from 'lucide-react'
import { useId } from 'react'
import { useT } from '@/shared/i18n/store'

const SHORT_SECONDS = 300

export interface MuteHow {
  seconds?: number
  shadow?: boolean
}

/** Three ways to silence somebody, and what each means. */
export function MuteRow({ onMute }: { onMute: (how: MuteHow) => void }) {
  const t = useT()
  const title = useId()
  const ways: [string, MuteHow][] = [
    [t('studio.mute-short', { count: SHORT_SECONDS / 60 }), { seconds: SHORT_SECONDS }],
    [t('studio.mute-show-short'), {}],
    [t('studio.mute-shadow'), { shadow: true }],
  ]
  return (
    <div role="group" aria-labelledby={title} className="px-3 py-2">
      <p className="flex items-center gap-3.5 font-medium">
        <VolumeX aria-hidden className="size-5 shrink-0" />
        <span id={title}>{t('studio.mute')}</span>
      </p>
      <div className="mt-2 flex flex-wrap gap-2 pl-8.5">
        {ways.map(([label, how]) => (
          <button key={label} type="button" onClick={() => onMute(how)} className="min-h-11 rounded-pill border border-line bg-raised px-4 text-sm font-semibold hover:brightness-110">
            {label}
          </button>
        ))}
      </div>
      <p className="mt-1.5 pl-8.5 text-[13px] leading-snug text-muted">{t('studio.mute-text')}</p>
    </div>
  )
}
