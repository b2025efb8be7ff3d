import { ExternalLink } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'
import { PageHead } from '../parts/page-head'
import { SandboxBadge } from '../parts/state-badges'
import { Card } from '../parts/card'
import { useMay, useShop } from '../shop-context'
import { Members } from './members'
import { SellingForm } from './selling-form'
import { ShopForm } from './shop-form'

export function SettingsPage() {
  const t = useT()
  const shop = useShop()
  const mayManage = useMay('manage')
  return (
    <div className="mx-auto grid max-w-3xl gap-4">
      <PageHead title={t('studio.nav.settings')}>
        <ButtonLink to={`/shops/${shop.slug}`} look="secondary" icon={<ExternalLink aria-hidden className="size-4" />}>
          {t('studio.buyer-view')}
        </ButtonLink>
      </PageHead>
      <fieldset disabled={!mayManage} className="grid gap-4">
        <ShopForm key={`${shop.id}-words`} />
        <SellingForm key={`${shop.id}-selling`} />
      </fieldset>
      <Card title={t('order.payment')} aside={<SandboxBadge />}>
        <p className="text-muted">{t('studio.sandbox-text')}</p>
      </Card>
      <Members />
    </div>
  )
}
