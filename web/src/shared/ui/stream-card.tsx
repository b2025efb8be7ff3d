import { Clock, Eye, Play } from 'lucide-react'
import { Link } from 'react-router'
import type { Stream } from '@/api/types'
import { formatCount, formatDate } from '@/shared/format/format'
import { useLocale, useT } from '@/shared/i18n/store'
import { Badge, LiveDot } from './badge'
import { cx } from './classes'
import { Poster } from './poster'

/** A show as a poster: what it is, whose it is, whether it is on. */
export function StreamCard({ stream, eager, heading: Heading }: { stream: Stream; eager?: boolean; heading: 'h2' | 'h3' }) {
  const t = useT()
  const locale = useLocale()
  const live = stream.state === 'live' || stream.state === 'interrupted'
  const soon = stream.state === 'scheduled'
  return (
    <article className="group">
      <Link to={`/live/${stream.id}`} className="block rounded-card">
        <div className={cx('relative aspect-3/4 overflow-hidden rounded-card bg-raised', live && 'ring-2 ring-lantern ring-offset-2 ring-offset-ground')}>
          <Poster src={stream.poster} title={stream.title} eager={eager ?? false} moving={live} />
          <div className="absolute inset-x-0 top-0 flex flex-wrap gap-1.5 p-2.5">
            {live ? (
              <>
                <Badge tone="live">
                  <LiveDot />
                  {t('home.live-badge')}
                </Badge>
                <Badge tone="glass" className="tabular">
                  <Eye aria-hidden className="size-3.5" />
                  <span aria-hidden>{formatCount(stream.viewers, locale)}</span>
                  <span className="sr-only">{t('home.viewers', { count: stream.viewers })}</span>
                </Badge>
              </>
            ) : soon ? (
              <Badge tone="glass">{t('home.soon-badge')}</Badge>
            ) : (
              <Badge tone="glass">
                <Play aria-hidden className="size-3" fill="currentColor" />
                {t('home.replay-badge')}
              </Badge>
            )}
          </div>
          <div className="absolute inset-x-0 bottom-0 bg-linear-to-t from-black/90 via-black/60 to-transparent p-3 pt-12 text-white">
            <Heading className="line-clamp-2 text-[15px] leading-snug font-bold">{stream.title}</Heading>
            {stream.shop ? <p className="truncate text-[13px] text-white/85">{stream.shop.name}</p> : null}
            {soon && stream.scheduled_at ? (
              <p className="mt-1 flex items-center gap-1 text-[13px] font-semibold text-amber">
                <Clock aria-hidden className="size-3.5 shrink-0" />
                {formatDate(stream.scheduled_at, locale, 'short', stream.shop?.market ?? null)}
              </p>
            ) : null}
          </div>
        </div>
      </Link>
    </article>
  )
}

export function StreamGrid({ streams, eager, heading = 'h3' }: { streams: Stream[]; eager?: boolean; heading?: 'h2' | 'h3' }) {
  return (
    <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 sm:gap-4 lg:grid-cols-5">
      {streams.map((stream, index) => (
        <li key={stream.id}>
          <StreamCard heading={heading} stream={stream} eager={Boolean(eager) && index < 2} />
        </li>
      ))}
    </ul>
  )
}
