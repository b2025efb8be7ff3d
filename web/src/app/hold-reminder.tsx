import { useEffect } from 'react'
import { useClaims } from '@/shared/data/claims'
import { serverNow } from '@/shared/hooks/now'
import { useT } from '@/shared/i18n/store'
import { notify } from '@/shared/ui/notice'

const BEFORE_MS = 60_000
/** Far from its end nothing has to be planned, and a timer cannot wait that long. */
const SOON_MS = 86_400_000
const told = new Set<string>()

/** Says outside the shows, which say it themselves, that a hold has a minute left. A shorter hold is before the buyer's eyes anyway. */
export default function HoldReminder() {
  const t = useT()
  const claims = useClaims()
  useEffect(() => {
    const timers = claims.flatMap((claim) => {
      const left = claim.state === 'held' && claim.hold_expires_at ? Date.parse(claim.hold_expires_at) - serverNow() : 0
      const key = `${claim.id} ${claim.hold_expires_at}`
      if (left <= BEFORE_MS || left > SOON_MS || told.has(key)) return []
      const say = () => {
        told.add(key)
        if (!location.pathname.startsWith('/live/')) notify(t('bag.reminder', { code: claim.code }))
      }
      return [setTimeout(say, left - BEFORE_MS)]
    })
    return () => timers.forEach((timer) => clearTimeout(timer))
  }, [claims, t])
  return null
}
