import { useQuery } from '@tanstack/react-query'
import { CalendarClock, Package, Store } from 'lucide-react'
import { Link, useParams } from 'react-router'
import type { Box, BoxLine, Money as Amount } from '@/api/types'
import { formatDate } from '@/shared/format/format'
import { useTitle } from '@/shared/hooks/title'
import { useLocale, useT } from '@/shared/i18n/store'
import { askSignIn, openCheckout } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'
import { Badge } from '@/shared/ui/badge'
import { Button, ButtonLink } from '@/shared/ui/button'
import { Empty, Failure } from '@/shared/ui/empty'
import { FreeShipping } from '@/shared/ui/free-shipping'
import { Money } from '@/shared/ui/money'
import { optionText } from '@/shared/ui/option-chooser'
import { Picture } from '@/shared/ui/picture'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { boxQuery } from './box-query'

const TONES = { open: 'leaf', ordered: 'plain', expired: 'ember' } as const

function Line({ line }: { line: BoxLine }) {
  const t = useT()
  return (
    <li className="grid grid-cols-[4rem_minmax(0,1fr)_auto] items-center gap-x-3 py-3">
      <Picture image={line.image_url ? { id: line.claim_id, url: line.image_url } : null} alt="" className="size-16 rounded-xl" />
      <div className="min-w-0">
        <p className="line-clamp-2 leading-snug font-medium">
          <strong className="mr-1.5 text-gold">{line.code}</strong>
          {line.title}
        </p>
        <p className="text-sm text-muted">
          {optionText(line.options) ? `${optionText(line.options)} · ` : null}
          <Money value={line.unit_price} /> × {line.quantity}
        </p>
        {line.order_id ? (
          <Link to={`/orders/${line.order_id}`} className="inline-flex min-h-9 items-center text-sm text-link hover:underline">
            {t('room.ordered')}
          </Link>
        ) : null}
      </div>
      <Money value={line.line_total} className="font-semibold" />
    </li>
  )
}

function Sum({ label, value, tone }: { label: string; value: Amount; tone?: string }) {
  return (
    <div className={`flex items-baseline justify-between ${tone ?? 'text-muted'}`}>
      <dt>{label}</dt>
      <dd>
        <Money value={value} />
      </dd>
    </div>
  )
}

/** What a person has claimed at one shop over several shows, waiting to be sent together. */
function Parcel({ box }: { box: Box }) {
  const t = useT()
  const locale = useLocale()
  const held = box.lines.filter((line) => line.state === 'held')
  const ordered = box.lines.filter((line) => line.state === 'ordered')
  const goods = { ...box.subtotal, amount: box.subtotal.amount + box.ordered.amount }
  const pay = () => openCheckout({ shopId: box.shop_id, claimIds: held.map((line) => line.claim_id) })
  return (
    <>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="flex items-center gap-2.5 text-2xl">
          <Package aria-hidden className="size-7 text-gold" />
          {t('box.title')}
        </h1>
        <Badge tone={TONES[box.state]}>{t(`box.state.${box.state}`)}</Badge>
      </header>
      <section className="overflow-hidden rounded-card border border-line bg-surface">
        <div className="flex flex-wrap items-center justify-between gap-x-4 border-b border-line px-4 py-1">
          <Link to={`/shops/${box.shop.slug}`} className="inline-flex min-h-11 items-center gap-2 font-bold hover:text-ember">
            <Store aria-hidden className="size-4.5 text-gold" />
            {box.shop.name}
          </Link>
          {box.state === 'open' ? (
            <span className="inline-flex min-h-9 items-center gap-1.5 text-sm text-muted">
              <CalendarClock aria-hidden className="size-4" />
              {t('box.until', { date: formatDate(box.expires_at, locale, 'short', box.shop.market) })}
            </span>
          ) : null}
        </div>
        <ul className="divide-y divide-line px-4">
          {held.map((line) => (
            <Line key={line.claim_id} line={line} />
          ))}
        </ul>
        {ordered.length > 0 ? (
          <div className="border-t border-line px-4 pt-3">
            <h2 className="text-sm font-medium text-muted">{t('box.ordered')}</h2>
            <ul className="divide-y divide-line">
              {ordered.map((line) => (
                <Line key={line.claim_id} line={line} />
              ))}
            </ul>
          </div>
        ) : null}
        {held.length > 0 ? (
          <footer className="grid gap-3 bg-raised/60 px-4 py-3.5">
            <FreeShipping subtotal={goods} from={box.free_shipping_from} />
            <dl className="grid gap-1 text-sm">
              <Sum label={t('bag.subtotal')} value={box.subtotal} />
              <Sum label={t('checkout.shipping-cost')} value={box.shipping} />
              {box.discount.amount > 0 ? <Sum label={t('box.shipping-back')} value={{ ...box.discount, amount: -box.discount.amount }} tone="text-leaf" /> : null}
              <Sum label={t('checkout.total')} value={box.total} tone="text-lg font-bold" />
            </dl>
            {box.state === 'open' ? (
              <div className="grid gap-2.5 sm:grid-cols-2">
                <ButtonLink to={`/shops/${box.shop.slug}`} look="secondary">
                  {t('box.add-more')}
                </ButtonLink>
                <Button onClick={pay}>{t('bag.checkout')}</Button>
              </div>
            ) : null}
          </footer>
        ) : null}
      </section>
      <p className="text-sm text-muted">{t('box.text')}</p>
    </>
  )
}

export default function BoxPage() {
  const t = useT()
  useTitle(t('box.title'))
  const { id = '' } = useParams()
  const status = useSession((session) => session.status)
  const box = useQuery({ ...boxQuery(id), enabled: status === 'user', refetchInterval: 30_000 })
  if (status === 'guest') return <Empty page icon={<Package aria-hidden />} title={t('orders.sign-in')} action={<Button onClick={() => askSignIn()}>{t('nav.login')}</Button>} />
  return (
    <div className="page-width grid max-w-3xl gap-4 py-5">
      {box.isError && !box.data ? <Failure error={box.error} onRetry={() => void box.refetch()} /> : null}
      {!box.data && !box.isError ? <ListSkeleton rows={3} className="h-36" /> : null}
      {box.data ? <Parcel box={box.data} /> : null}
    </div>
  )
}
