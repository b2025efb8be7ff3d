import { useQuery } from '@tanstack/react-query'
import { isProblem } from '@/api/problem'
import { useProblemText } from '@/shared/hooks/problem-text'
import { Appeal } from '@/shared/standing/appeal'
import { standingQuery } from '@/shared/standing/standing-query'
import { Notice } from '@/shared/ui/notice'

/** Why the order was not taken; whom the shop does not sell to can ask it to look again, here and now. */
export function Refused({ error, shopId, phone }: { error: unknown; shopId: string; phone: string | undefined }) {
  const text = useProblemText()
  const blocked = isProblem(error, 'buyer-blocked')
  const standing = useQuery({ ...standingQuery(shopId), enabled: blocked })
  return (
    <div className="mt-7 grid gap-4">
      <Notice kind="failed">{text(error)}</Notice>
      {blocked && standing.data ? <Appeal shopId={shopId} appeal={standing.data.appeal} phone={phone} /> : null}
    </div>
  )
}
