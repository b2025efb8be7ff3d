import { Eye } from 'lucide-react'
import { formatCount } from '@/shared/format/format'
import { useLocale, useT } from '@/shared/i18n/store'
import { Badge, LiveDot } from '@/shared/ui/badge'
import { useLive } from './room-context'

export function LiveChip() {
  const t = useT()
  const locale = useLocale()
  const state = useLive((room) => room.state)
  const viewers = useLive((room) => room.viewers)
  const live = state === 'live' || state === 'interrupted'
  return (
    <span className="flex shrink-0 items-center gap-1.5">
      {live ? (
        <Badge tone="live">
          <LiveDot />
          {t('home.live-badge')}
        </Badge>
      ) : state === 'ended' ? (
        <Badge tone="glass">{t('home.replay-badge')}</Badge>
      ) : (
        <Badge tone="glass">{t('home.soon-badge')}</Badge>
      )}
      {live ? (
        <Badge tone="glass" className="tabular">
          <Eye aria-hidden className="size-3.5" />
          <span aria-hidden>{formatCount(viewers, locale)}</span>
          <span className="sr-only">{t('room.viewers', { count: viewers })}</span>
        </Badge>
      ) : null}
    </span>
  )
}
