import { ChevronLeft, Clock, ExternalLink, Eye, LoaderCircle, Unplug } from 'lucide-react'
import { Link } from 'react-router'
import { formatClock, formatCount } from '@/shared/format/format'
import { serverNow } from '@/shared/hooks/now'
import { useLocale, useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { ShowBadge } from '../parts/state-badges'
import { studioPaths } from '../paths'
import { useMay, useShop } from '../shop-context'
import { useFloor, useRoomPart } from './floor-context'
import { OnAirButton } from './on-air-button'
import { useTick } from '@/shared/hooks/tick'

function Connection() {
  const t = useT()
  const connection = useRoomPart((state) => state.connection)
  const ready = useRoomPart((state) => state.ready)
  if (!ready || connection === 'open' || connection === 'connecting') return null
  return (
    <span role="status">
      <Badge tone="ember">
        {connection === 'waiting' ? <LoaderCircle aria-hidden className="size-3.5 animate-spin" /> : <Unplug aria-hidden className="size-3.5" />}
        {t(connection === 'waiting' ? 'room.reconnecting' : 'room.disconnected')}
      </Badge>
    </span>
  )
}

function OnAirFor({ since }: { since: string }) {
  const t = useT()
  useTick(1000)
  return (
    <span className="hidden sm:contents">
      <Badge className="tabular">
        <Clock aria-hidden className="size-3.5" />
        <span className="sr-only">{t('studio.on-air-for')} </span>
        {formatClock((serverNow() - Date.parse(since)) / 1000)}
      </Badge>
    </span>
  )
}

export function ControlHeader() {
  const t = useT()
  const locale = useLocale()
  const shop = useShop()
  const mayRun = useMay('run')
  const { show } = useFloor()
  const viewers = useRoomPart((state) => state.viewers)
  const onAir = show.state === 'live' || show.state === 'interrupted'
  return (
    <header className="flex items-center gap-2 px-2 pt-1.5 pb-1 sm:px-3">
      <Link to={onAir || show.state === 'ended' ? studioPaths.shows(shop.slug) : studioPaths.show(shop.slug, show.id)} aria-label={t('action.back')} className="grid size-11 shrink-0 place-items-center rounded-full hover:bg-raised">
        <ChevronLeft aria-hidden className="size-6" />
      </Link>
      <div className="grid min-w-0 grow gap-0.5 sm:flex sm:items-center sm:gap-3">
        <h1 className="truncate text-base font-bold sm:text-lg">{show.title}</h1>
        <div className="flex shrink-0 items-center gap-1.5 overflow-hidden">
          <ShowBadge state={show.state} />
          {onAir ? (
            <Badge className="tabular">
              <Eye aria-hidden className="size-3.5" />
              <span aria-hidden>{formatCount(viewers, locale)}</span>
              <span className="sr-only">{t('room.viewers', { count: viewers })}</span>
            </Badge>
          ) : null}
          {onAir && show.started_at ? <OnAirFor since={show.started_at} /> : null}
          <Connection />
        </div>
      </div>
      {show.state === 'draft' ? null : (
        <Link to={`/live/${show.id}`} target="_blank" className="hidden min-h-11 shrink-0 items-center gap-2 rounded-pill px-4 text-sm font-semibold text-muted hover:bg-raised md:inline-flex">
          <ExternalLink aria-hidden className="size-4" />
          {t('studio.buyer-view')}
        </Link>
      )}
      {mayRun && show.state !== 'ended' ? <OnAirButton /> : null}
    </header>
  )
}
