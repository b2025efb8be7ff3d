import { useQuery } from '@tanstack/react-query'
import { ShieldAlert } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { useSession } from '@/shared/session/session'
import { Appeal } from '@/shared/standing/appeal'
import { standingQuery } from '@/shared/standing/standing-query'
import { Badge } from '@/shared/ui/badge'

/** Tells a buyer whom the shop has blocked, or asks to pay in advance, why that is and how to object. Nothing for everybody else. */
export function Standing({ shopId }: { shopId: string }) {
  const t = useT()
  const signedIn = useSession((session) => session.status === 'user')
  const { data } = useQuery({ ...standingQuery(shopId), enabled: signedIn })
  if (data?.is_member && !data.is_blocked && !data.is_prepay_only) return <Badge tone="leaf">{t('standing.member')}</Badge>
  if (!data || (!data.is_blocked && !data.is_prepay_only)) return null
  const reason = data.is_blocked ? data.block_reason : data.prepay_reason
  return (
    <section className="grid gap-3 rounded-card border border-ember/40 bg-ember/8 p-4 sm:p-5">
      <h2 className="flex items-center gap-2.5 text-base">
        <ShieldAlert aria-hidden className="size-5 shrink-0 text-ember" />
        {t(data.is_blocked ? 'standing.blocked' : 'standing.prepay')}
      </h2>
      {reason ? <p>{t('standing.reason', { reason })}</p> : null}
      <Appeal shopId={shopId} appeal={data.appeal} />
    </section>
  )
}
