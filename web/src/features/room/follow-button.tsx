import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { put, remove } from '@/api/client'
import type { Shop } from '@/api/types'
import { keys } from '@/shared/data/keys'
import { shopQuery } from '@/shared/data/queries'
import { useT } from '@/shared/i18n/store'
import { askSignIn } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'

export function FollowButton({ slug }: { slug: string }) {
  const t = useT()
  const client = useQueryClient()
  const signedIn = useSession((session) => session.status === 'user')
  const { data: shop } = useQuery(shopQuery(slug))
  const follow = useMutation({
    mutationFn: (on: boolean) => (on ? put(`/shops/${shop?.id}/follow`) : remove(`/shops/${shop?.id}/follow`)),
    onMutate: (on) => client.setQueryData<Shop>(keys.shop(slug), (old) => old && { ...old, is_following: on }),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.shop(slug) }),
  })
  if (!shop || shop.is_following === undefined) return null
  const toggle = () => follow.mutate(!shop.is_following)
  return (
    <Button size="small" look={shop.is_following ? 'glass' : 'primary'} aria-pressed={shop.is_following} onClick={() => (signedIn ? toggle() : askSignIn(toggle))} className="shrink-0">
      {t(shop.is_following ? 'room.following' : 'room.follow')}
    </Button>
  )
}
