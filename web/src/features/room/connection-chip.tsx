import { CloudAlert, LoaderCircle, Unplug } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { useLive } from './room-context'

export function ConnectionChip() {
  const t = useT()
  const connection = useLive((room) => room.connection)
  const ready = useLive((room) => room.ready)
  const ended = useLive((room) => room.state === 'ended' || room.state === 'draft')
  const fresh = useLive((room) => room.fresh)
  if (ended || !ready) return null
  if (connection === 'open' && !fresh) {
    return (
      <span role="status">
        <Badge tone="glass">
          <CloudAlert aria-hidden className="size-3.5 shrink-0 text-amber" />
          {t('room.stale')}
        </Badge>
      </span>
    )
  }
  if (connection === 'open' || connection === 'connecting') return null
  return (
    <span role="status">
      <Badge tone="glass">
        {connection === 'waiting' ? <LoaderCircle aria-hidden className="size-3.5 animate-spin" /> : <Unplug aria-hidden className="size-3.5" />}
        {t(connection === 'waiting' ? 'room.reconnecting' : 'room.disconnected')}
      </Badge>
    </span>
  )
}
