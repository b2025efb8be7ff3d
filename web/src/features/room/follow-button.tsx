import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { useFollowing } from './following'

export function FollowButton({ slug }: { slug: string }) {
  const t = useT()
  const { following, set } = useFollowing(slug)
  if (following === undefined) return null
  return (
    <Button size="small" look={following ? 'glass' : 'primary'} aria-pressed={following} onClick={() => set(!following)} className="shrink-0">
      {t(following ? 'room.following' : 'room.follow')}
    </Button>
  )
}
