import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { useNavigate } from 'react-router'
import { newKey, post } from '@/api/client'
import { isProblem } from '@/api/problem'
import type { Money, OrderDraft, PlacedOrder } from '@/api/types'
import { forgetOrders } from '@/shared/data/claims'
import { keys } from '@/shared/data/keys'
import { followAction } from '@/shared/payment/follow-action'
import { closeCheckout } from '@/shared/session/overlays'
import type { Basket } from './basket'

type Choices = Omit<OrderDraft, 'shop_id' | 'claim_ids'>

/** Places the order once: pressing again after a lost answer repeats the same request under the same key. */
export function usePlaceOrder(basket: Basket, total: Money) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const attempt = useRef<{ body: string; key: string } | null>(null)
  const order = useMutation({
    mutationFn: (choices: Choices) => {
      const claims = basket.claims.map((claim) => claim.id)
      const draft: OrderDraft = { shop_id: basket.shop.id, ...(!basket.whole && { claim_ids: claims }), ...choices, expected_total: total }
      const body = JSON.stringify(draft)
      if (attempt.current?.body !== body) attempt.current = { body, key: newKey() }
      return post<PlacedOrder>('/orders', draft, attempt.current.key)
    },
    onError: (error) => {
      // A price or the stock moved: show the bag as it is now, so that the next press agrees with it.
      if (isProblem(error) && error.status === 409) void client.invalidateQueries({ queryKey: keys.cart })
    },
    onSuccess: ({ order: placed, payment }, { address }) => {
      // For next time; the order itself carries its own copy, so a failure here matters to nobody.
      if (address) void post('/me/addresses', address).then(() => client.invalidateQueries({ queryKey: keys.addresses }), () => undefined)
      attempt.current = null
      client.setQueryData(keys.order(placed.id), placed)
      void client.invalidateQueries({ queryKey: keys.cart })
      void client.invalidateQueries({ queryKey: keys.claims })
      void client.invalidateQueries({ queryKey: keys.boxes })
      forgetOrders()
      closeCheckout()
      followAction(placed.id, payment, navigate)
    },
  })
  return { place: order.mutate, busy: order.isPending, error: order.error }
}
