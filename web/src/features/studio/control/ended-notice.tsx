import { useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'
import { studioPaths } from '../paths'
import { useShop } from '../shop-context'
import { useFloor } from './floor-context'

export function EndedNotice() {
  const t = useT()
  const shop = useShop()
  const { show } = useFloor()
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-2xl border border-line bg-raised px-4 py-3">
      <p className="grow basis-48">
        <span className="block font-bold">{t('room.ended')}</span>
        <span className="block text-sm text-muted">{t('studio.after-show')}</span>
      </p>
      <ButtonLink to={`${studioPaths.orders(shop.slug)}?show=${show.id}`} size="small" className="min-h-11">
        {t('studio.show-orders')}
      </ButtonLink>
      <ButtonLink to={`/live/${show.id}`} size="small" look="secondary" className="min-h-11">
        {t('room.watch-replay')}
      </ButtonLink>
    </div>
  )
}
