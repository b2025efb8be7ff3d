import { useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'
import { Lantern } from '@/shared/ui/lantern'
import { useEffect } from 'react'
import { useFloor } from '../control/floor-context'
import { studioPaths } from '../paths'
import { useShop } from '../shop-context'
import { useBroadcast } from './broadcast'

export function Finished() {
  const t = useT()
  const shop = useShop()
  const broadcast = useBroadcast()
  const { show } = useFloor()
  useEffect(() => broadcast.close(), [broadcast])
  return (
    <main data-theme="dark" className="grid min-h-dvh place-items-center bg-ink p-6 text-text">
      <section className="grid max-w-sm justify-items-center gap-4 text-center">
        <Lantern className="h-16" />
        <h1 className="text-2xl">{t('room.ended')}</h1>
        <p className="text-muted">{t('studio.cam.finished-text')}</p>
        <ButtonLink to={studioPaths.control(shop.slug, show.id)} wide>
          {t('studio.control')}
        </ButtonLink>
        <ButtonLink to={`/live/${show.id}`} look="secondary" wide>
          {t('room.watch-replay')}
        </ButtonLink>
      </section>
    </main>
  )
}
