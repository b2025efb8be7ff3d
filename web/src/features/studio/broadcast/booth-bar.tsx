import { ChevronLeft, Eye } from 'lucide-react'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { formatClock, formatCount } from '@/shared/format/format'
import { serverNow } from '@/shared/hooks/now'
import { useTick } from '@/shared/hooks/tick'
import { useLocale, useT } from '@/shared/i18n/store'
import { Badge, LiveDot } from '@/shared/ui/badge'
import { useFloor, useRoomPart } from '../control/floor-context'
import { ConfirmSheet } from '../parts/confirm-sheet'
import { studioPaths } from '../paths'
import { useShop } from '../shop-context'
import { useBroadcast, useCamera, usePublish } from './broadcast'
import { LineMeter } from './line-meter'
import { MicMeter } from './mic-meter'

function OnAirFor({ since }: { since: string }) {
  useTick(1000)
  return <span className="tabular">{formatClock((serverNow() - Date.parse(since)) / 1000)}</span>
}

export function BoothBar({ practice }: { practice: string | null }) {
  const t = useT()
  const locale = useLocale()
  const shop = useShop()
  const navigate = useNavigate()
  const broadcast = useBroadcast()
  const { show } = useFloor()
  const viewers = useRoomPart((state) => state.viewers)
  const stream = useCamera((state) => state.stream)
  const muted = useCamera((state) => state.muted)
  const stats = usePublish((state) => state.stats)
  const sending = usePublish((state) => state.phase !== 'off')
  const [leaving, setLeaving] = useState(false)
  const onAir = show.state === 'live' || show.state === 'interrupted'
  const back = studioPaths.control(shop.slug, show.id)
  return (
    <header className="absolute inset-x-0 top-0 z-20 bg-linear-to-b from-black/75 to-transparent px-3 pt-[max(0.6rem,env(safe-area-inset-top))] pb-8 text-white">
      <div className="flex items-center gap-2">
        <Link
          to={back}
          aria-label={t('action.back')}
          onClick={(event) => {
            if (!sending) return
            event.preventDefault()
            setLeaving(true)
          }}
          className="grid size-11 shrink-0 place-items-center rounded-full bg-black/45 backdrop-blur-md"
        >
          <ChevronLeft aria-hidden className="size-6" />
        </Link>
        <div className="min-w-0 grow">
          <h1 className="text-over-video truncate text-sm leading-tight font-bold">{show.title}</h1>
          <div className="mt-0.5 flex items-center gap-1.5">
            {practice ? <Badge tone="glass">{t('studio.cam.practice')}</Badge> : null}
            {onAir && !practice ? (
              <Badge tone="live">
                <LiveDot />
                {t('home.live-badge')} {show.started_at ? <OnAirFor since={show.started_at} /> : null}
              </Badge>
            ) : null}
            {onAir && !practice ? (
              <Badge tone="glass" className="tabular">
                <Eye aria-hidden className="size-3.5" />
                <span aria-hidden>{formatCount(viewers, locale)}</span>
                <span className="sr-only">{t('room.viewers', { count: viewers })}</span>
              </Badge>
            ) : null}
          </div>
        </div>
      </div>
      {stream ? (
        <div className="mt-2 flex flex-wrap items-center gap-1.5">
          <MicMeter stream={stream} muted={muted} />
          <LineMeter stats={stats} wanted={broadcast.bitrate} />
        </div>
      ) : null}
      {leaving ? (
        <ConfirmSheet
          title={t('studio.cam.leave')}
          text={t(practice ? 'studio.cam.leave-practice' : 'studio.cam.leave-text')}
          action={t('studio.cam.leave')}
          danger
          onClose={() => setLeaving(false)}
          onConfirm={() => {
            broadcast.close()
            void navigate(back)
          }}
        />
      ) : null}
    </header>
  )
}
