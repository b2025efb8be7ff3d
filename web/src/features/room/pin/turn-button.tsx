import { UsersRound } from 'lucide-react'
import type { StreamItem } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { useQueue } from '../queue/use-queue'
import { useLive } from '../room-context'

/** For what is sold by turn, before it is this person's: get in the line of the room, or see the place in it. */
export default function TurnButton({ item, compact }: { item: StreamItem; compact: boolean }) {
  const t = useT()
  const position = useLive((state) => state.queuePosition)
  const { join, leave, busy } = useQueue()
  if (position === null) {
    return (
      <Button size={compact ? 'small' : 'medium'} wide={!compact} look="secondary" busy={busy} icon={<UsersRound aria-hidden className="size-4" />} onClick={() => join(item.id)}>
        {t('room.queue-join-item', { code: item.code })}
      </Button>
    )
  }
  return (
    <div className="flex min-h-11 items-center justify-between gap-2">
      <p role="status" className="tabular flex min-w-0 items-center gap-1.5 text-sm font-semibold text-amber">
        <UsersRound aria-hidden className="size-4 shrink-0" />
        {t('room.queue-place', { position })}
      </p>
      <Button size="small" look={compact ? 'quiet' : 'glass'} className="shrink-0" busy={busy} onClick={leave}>
        {t('room.queue-leave')}
      </Button>
    </div>
  )
}
