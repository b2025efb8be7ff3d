import { DoorClosed } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'

/** For whom the staff has sent out: what it means, and where to go. */
export default function TurnedAway() {
  const t = useT()
  return (
    <main className="grid min-h-dvh place-items-center bg-ink px-4 py-8 text-white">
      <div role="alert" className="grid w-full max-w-sm justify-items-center gap-4 text-center">
        <DoorClosed aria-hidden className="size-14 text-amber" />
        <h1 className="text-xl">{t('room.out')}</h1>
        <p className="text-balance text-white/85">{t('room.out-text')}</p>
        <div className="flex flex-wrap justify-center gap-3">
          <ButtonLink to="/">{t('room.full-elsewhere')}</ButtonLink>
          <ButtonLink to="/orders" look="glass">
            {t('nav.orders')}
          </ButtonLink>
        </div>
      </div>
    </main>
  )
}
