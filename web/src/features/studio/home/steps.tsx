import { Check } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import type { ShopStream } from '../api/types'
import { Card } from '../parts/card'
import { studioPaths } from '../paths'
import { useMay, useShop } from '../shop-context'

/** The way to the first show, until it has been on. */
export function Steps({ hasProduct, shows }: { hasProduct: boolean; shows: ShopStream[] }) {
  const t = useT()
  const shop = useShop()
  const mayRun = useMay('run')
  const aired = shows.some((show) => show.started_at !== null)
  const planned = shows[0]
  const filled = shows.some((show) => show.item_count > 0)
  if (aired || !mayRun) return null
  const steps = [
    { id: 'product', done: hasProduct, to: studioPaths.product(shop.slug, 'new') },
    { id: 'show', done: Boolean(planned), to: studioPaths.show(shop.slug, 'new') },
    { id: 'line-up', done: filled, to: planned ? studioPaths.show(shop.slug, planned.id) : studioPaths.shows(shop.slug) },
    { id: 'live', done: false, to: planned ? studioPaths.control(shop.slug, planned.id) : studioPaths.shows(shop.slug) },
  ] as const
  const next = steps.findIndex((step) => !step.done)
  return (
    <Card title={t('studio.steps')}>
      <ol className="grid gap-2 lg:grid-cols-4">
        {steps.map((step, index) => (
          <li key={step.id} aria-current={index === next ? 'step' : undefined} className={cx('flex items-center gap-3 rounded-xl p-3 lg:flex-col lg:items-start', index === next ? 'bg-lantern/10 ring-1 ring-lantern/50' : 'bg-raised')}>
            <span aria-hidden className={cx('tabular grid size-8 shrink-0 place-items-center rounded-full font-bold', step.done ? 'bg-leaf text-ground' : 'border-2 border-line')}>
              {step.done ? <Check className="size-4.5" /> : index + 1}
            </span>
            <span className="min-w-0 grow">
              <span className="block leading-snug font-bold">{t(`studio.step.${step.id}`)}</span>
              <span className="block text-sm text-muted">{t(`studio.step.${step.id}-text`)}</span>
            </span>
            {index === next ? (
              <ButtonLink to={step.to} size="small">
                {t('studio.step-go')}
              </ButtonLink>
            ) : null}
          </li>
        ))}
      </ol>
    </Card>
  )
}
