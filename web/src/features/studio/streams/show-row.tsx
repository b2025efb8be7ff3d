import { CalendarClock, Pencil, Radio, ShoppingBag } from 'lucide-react'
import { Link } from 'react-router'
import { formatDate } from '@/shared/format/format'
import { useLocale, useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'
import { cx } from '@/shared/ui/classes'
import { Poster } from '@/shared/ui/poster'
import type { ShopStream } from '../api/types'
import { ShowBadge } from '../parts/state-badges'
import { studioPaths } from '../paths'
import { useShop } from '../shop-context'

/** A show in a list: open it to plan, or go straight to its control room. */
export function ShowRow({ show, plain }: { show: ShopStream; plain?: boolean }) {
  const t = useT()
  const locale = useLocale()
  const shop = useShop()
  const over = show.state === 'ended'
  const onAir = show.state === 'live' || show.state === 'interrupted'
  const when = onAir || over ? (show.started_at ?? show.ended_at ?? null) : show.scheduled_at
  return (
    <article className={cx('flex flex-wrap items-center gap-x-3.5 gap-y-2.5 rounded-card border p-3', onAir ? 'border-lantern/60' : 'border-line', plain ? 'bg-transparent' : 'bg-surface')}>
      <Link to={over || onAir ? studioPaths.control(shop.slug, show.id) : studioPaths.show(shop.slug, show.id)} className="flex min-w-0 grow basis-60 items-center gap-3.5">
        <span className="size-16 shrink-0 overflow-hidden rounded-xl">
          <Poster src={show.poster} title="" />
        </span>
        <span className="grid min-w-0 gap-0.5">
          <span className="line-clamp-2 leading-snug font-semibold">{show.title}</span>
          <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm text-muted">
            <ShowBadge state={show.state} />
            <span className="inline-flex items-center gap-1">
              <ShoppingBag aria-hidden className="size-3.5" />
              {t('checkout.items', { count: show.item_count })}
            </span>
            {onAir ? <span>{t('room.viewers', { count: show.viewers })}</span> : null}
            {when && !onAir ? (
              <span className="inline-flex items-center gap-1">
                <CalendarClock aria-hidden className="size-3.5" />
                {formatDate(when, locale, 'short', shop.market)}
              </span>
            ) : null}
          </span>
        </span>
      </Link>
      <div className="ml-auto flex gap-2">
        {over ? null : (
          <ButtonLink to={studioPaths.show(shop.slug, show.id)} look="secondary" size="small" className="min-h-11" icon={<Pencil aria-hidden className="size-4" />}>
            {t('studio.plan')}
          </ButtonLink>
        )}
        <ButtonLink to={studioPaths.control(shop.slug, show.id)} look={onAir ? 'primary' : 'secondary'} size="small" className="min-h-11" icon={<Radio aria-hidden className="size-4" />}>
          {t(over ? 'studio.report' : 'studio.control')}
        </ButtonLink>
      </div>
    </article>
  )
}
