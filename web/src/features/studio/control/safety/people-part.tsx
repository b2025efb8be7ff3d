import { useQuery } from '@tanstack/react-query'
import { Ban, EyeOff, VolumeX } from 'lucide-react'
import { formatClock } from '@/shared/format/format'
import { serverNow } from '@/shared/hooks/now'
import { useTick } from '@/shared/hooks/tick'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Failure } from '@/shared/ui/empty'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { deskQuery } from '../../api/moderation'
import type { Restriction } from '../../api/types'
import { useFloor } from '../floor-context'
import { useModeration } from '../use-moderation'

const EVERY_MS = 10_000
const ICONS = { mute: VolumeX, shadow: EyeOff, ban: Ban }

function Row({ row }: { row: Restriction }) {
  const t = useT()
  const moderate = useModeration()
  const kind = row.kind === 'mute' && row.shadow ? 'shadow' : row.kind
  const Icon = ICONS[kind]
  const left = row.until ? Math.max(0, (Date.parse(row.until) - serverNow()) / 1000) : null
  return (
    <li className="flex items-center gap-3 py-2.5">
      <Icon aria-hidden className="size-5 shrink-0 text-ember" />
      <div className="min-w-0 grow">
        <p className="truncate font-semibold">{row.user.name}</p>
        <p className="tabular text-[13px] leading-snug text-muted">
          {t(`studio.restricted.${kind}`)} · {left === null ? t('studio.restricted-open') : t('studio.restricted-for', { time: formatClock(left) })} · {t('studio.restricted-by', { name: row.set_by.name })}
        </p>
      </div>
      <Button size="small" look="secondary" className="min-h-11 shrink-0" aria-label={`${t('studio.lift')}: ${row.user.name}`} onClick={() => moderate({ action: row.kind === 'ban' ? 'unban' : 'unmute', user_id: row.user.id })}>
        {t('studio.lift')}
      </Button>
    </li>
  )
}

/** Who is silenced or sent out, for how long, and by whom. */
export function PeoplePart() {
  const t = useT()
  const { show } = useFloor()
  const desk = useQuery(deskQuery(show.id, EVERY_MS))
  useTick(1000)
  if (desk.isError && !desk.data) return <Failure error={desk.error} onRetry={() => void desk.refetch()} />
  if (!desk.data) return <ListSkeleton rows={4} className="h-12" />
  if (desk.data.restrictions.length === 0) return <p className="py-8 text-center text-muted">{t('studio.restricted-none')}</p>
  return (
    <ul className="divide-y divide-line">
      {desk.data.restrictions.map((row) => (
        <Row key={`${row.kind}-${row.user.id}`} row={row} />
      ))}
    </ul>
  )
}
