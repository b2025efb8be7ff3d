import { ArrowRight } from 'lucide-react'
import type { Stream } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'
import { Lantern } from '@/shared/ui/lantern'

const STRING = [
  ['hidden left-[54%] top-2 sm:block', 'h-12 opacity-60'],
  ['left-[66%] top-5', 'h-20'],
  ['left-[80%] top-1', 'h-14 opacity-80'],
  ['left-[91%] top-7', 'h-24 opacity-90'],
] as const

/** The gate of the market: a line of lanterns, and the way into whatever is on now. */
export function Hero({ stream }: { stream: Stream | undefined }) {
  const t = useT()
  return (
    <header data-theme="dark" className="relative overflow-hidden rounded-3xl bg-[radial-gradient(80%_120%_at_85%_0%,#57203c_0%,#2a1440_42%,#120d22_100%)] px-6 py-8 text-text sm:px-10 sm:py-11">
      <div aria-hidden className="absolute inset-0">
        <svg viewBox="0 0 100 20" preserveAspectRatio="none" className="absolute inset-x-0 top-0 h-10 w-full">
          <path d="M40 0C58 12 84 10 100 1" stroke="#FFB020" strokeOpacity=".4" strokeWidth=".5" fill="none" vectorEffect="non-scaling-stroke" />
        </svg>
        {STRING.map(([place, look]) => (
          <span key={place} className={`absolute ${place}`}>
            <Lantern className={`${look} drop-shadow-[0_0_24px_rgb(255_120_60/0.55)]`} />
          </span>
        ))}
      </div>
      <div className="relative max-w-[34rem] pr-[28%] sm:pr-0">
        <h1 className="text-[1.65rem] leading-tight font-extrabold sm:text-4xl">{t('home.title')}</h1>
        <p className="mt-2 text-[15px] text-white/85 sm:text-lg">{t('home.lead')}</p>
        {stream ? (
          <ButtonLink to={`/live/${stream.id}`} size="large" className="mt-5">
            {t('home.enter')}
            <ArrowRight aria-hidden className="size-5" />
          </ButtonLink>
        ) : null}
      </div>
    </header>
  )
}
