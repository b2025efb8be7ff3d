/** Who may have written a comment that came from outside: a short list, the likeliest first. Pure. */
import type { ChatMessage } from '@/shared/realtime/frames'
import type { ShopBuyer, ShowClaim } from '../api/types'

interface Someone {
  id: string
  name: string
}
interface Sources {
  /** What they call themselves there. */
  author: string
  /** What the helper is looking for. */
  q: string
  chat: readonly Pick<ChatMessage, 'user'>[]
  claims: readonly Pick<ShowClaim, 'buyer'>[]
  known: readonly Pick<ShopBuyer, 'user_id' | 'display_name'>[]
}
const MOST = 6

export function likelyBuyers({ author, q, chat, claims, known }: Sources): Someone[] {
  const all = new Map<string, string>()
  for (const { buyer } of claims) if (buyer) all.set(buyer.id, buyer.display_name)
  for (const { user } of chat) if (user.role === 'buyer') all.set(user.id, user.name)
  for (const one of known) all.set(one.user_id, one.display_name)
  const [looked, called] = [q.toLowerCase(), author.toLowerCase()]
  const isLike = (name: string) => (called !== '' && (name.toLowerCase().includes(called) || called.includes(name.toLowerCase())) ? 0 : 1)
  return [...all]
    .map(([id, name]) => ({ id, name }))
    .filter(({ name }) => name.toLowerCase().includes(looked))
    .toSorted((a, b) => isLike(a.name) - isLike(b.name))
    .slice(0, MOST)
}
