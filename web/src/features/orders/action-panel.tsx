import { Copy } from 'lucide-react'
import type { PaymentAction } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { notify } from '@/shared/ui/notice'

/** What is left for the buyer to do: scan, take the code along, or open the gateway again. */
export function ActionPanel({ action }: { action: PaymentAction }) {
  const t = useT()
  if (action.type === 'redirect') {
    return (
      <Button size="large" wide onClick={() => location.assign(action.url)}>
        {t('pay.open')}
      </Button>
    )
  }
  if (action.type === 'qr' && action.image) {
    return (
      <figure className="grid justify-items-center gap-3 rounded-card bg-white p-5">
        <img src={action.image} alt={t('pay.scan')} className="size-56" />
        <figcaption className="font-semibold text-ink">{t('pay.scan')}</figcaption>
      </figure>
    )
  }
  if (action.type === 'code') {
    const copy = () => void navigator.clipboard?.writeText(action.code).then(() => notify(t('action.copied'), 'done'))
    return (
      <div className="grid w-full justify-items-center gap-2 rounded-card border border-line bg-surface p-5">
        <span className="text-sm text-muted">{t('pay.code')}</span>
        <output className="tabular text-2xl font-extrabold tracking-wider">{action.code}</output>
        <Button look="secondary" size="small" icon={<Copy aria-hidden className="size-4" />} onClick={copy}>
          {t('action.copy')}
        </Button>
      </div>
    )
  }
  return null
}
