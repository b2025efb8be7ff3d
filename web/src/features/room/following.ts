import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { put, remove } from '@/api/client'
import type { Shop } from '@/api/types'
import { keys } from '@/shared/data/keys'
import { shopQuery } from '@/shared/data/queries'
import { askSignIn } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'

/** Whether this person follows the shop, and the way to change it; a guest signs in first. `following` is undefined while unknown. */
export function useFollowing(slug: string) {
  const client = useQueryClient()
  const { data: shop } = useQuery({ ...shopQuery(slug), enabled: slug !== '' })
  const follow = useMutation({
    mutationFn: (on: boolean) => (on ? put(`/shops/${shop?.id}/follow`) : remove(`/shops/${shop?.id}/follow`)),
    onMutate: (on) => client.setQueryData<Shop>(keys.shop(slug), (old) => old && { ...old, is_following: on }),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.shop(slug) }),
  })
  const set = (on: boolean, done?: () => void) => {
    const go = () => follow.mutate(on, { onSuccess: () => done?.() })
    if (useSession.getState().status === 'user') go()
    else askSignIn(go)
  }
  return { following: shop?.is_following, set, busy: follow.isPending }
}
