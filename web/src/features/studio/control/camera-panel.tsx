import { Video } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'
import { studioPaths } from '../paths'
import { useShop } from '../shop-context'
import { useFloor } from './floor-context'
import { Panel } from './panel'

/** The way to film with this very device. */
export function CameraPanel() {
  const t = useT()
  const shop = useShop()
  const { show } = useFloor()
  return (
    <Panel title={t('studio.cam.open')} icon={<Video aria-hidden />}>
      <p className="mb-3 text-sm leading-relaxed text-muted">{t('studio.cam.open-text')}</p>
      <ButtonLink to={studioPaths.broadcast(shop.slug, show.id)} look="secondary" wide icon={<Video aria-hidden className="size-5" />}>
        {t('studio.cam.open')}
      </ButtonLink>
    </Panel>
  )
}
