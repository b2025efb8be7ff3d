import { Timer, UserCheck } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { useRoomPart } from '../floor-context'
import { followersText, slowText } from './rule-words'

/** The rules that hold viewers back now, in sight of whoever answers the chat. */
export function RuleChips() {
  const t = useT()
  const { followers_only_minutes: minutes, slow_mode_seconds: seconds } = useRoomPart((state) => state.rules)
  if (minutes === null && seconds === 0) return null
  return (
    <p className="mb-1.5 flex flex-wrap gap-1.5">
      {minutes === null ? null : (
        <Badge tone="gold">
          <UserCheck aria-hidden className="size-3.5" />
          {followersText(t, minutes)}
        </Badge>
      )}
      {seconds === 0 ? null : (
        <Badge tone="gold">
          <Timer aria-hidden className="size-3.5" />
          {slowText(t, seconds)}
        </Badge>
      )}
    </p>
  )
}
