import { UserCheck } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { useRoomPart } from '../floor-context'
import { followersText } from './rule-words'

/** Who may write, in sight of whoever answers the chat; slow mode and raid mode have their own place above. */
export function RuleChips() {
  const t = useT()
  const minutes = useRoomPart((state) => state.rules.followers_only_minutes)
  if (minutes === null) return null
  return (
    <p className="mb-1.5">
      <Badge tone="gold">
        <UserCheck aria-hidden className="size-3.5" />
        {followersText(t, minutes)}
      </Badge>
    </p>
  )
}
