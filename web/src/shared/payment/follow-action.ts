import type { NavigateFunction } from 'react-router'
import type { Payment, PaymentAction } from '@/api/types'
import { usePlayer } from '@/shared/player/store'
import { queryClient } from '@/shared/data/client'
import { keys } from '@/shared/data/keys'

const SHOW = 'nightmarket.show'

/** Some gateways want their fields posted by the browser. */
function submitForm(url: string, fields: Record<string, string>): void {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = url
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement('input')
    input.type = 'hidden'
    input.name = name
    input.value = value
    form.append(input)
  }
  document.body.append(form)
  form.submit()
}

/** The show somebody came from, so that the way back is one tap after paying. */
export const showBefore = (): string | null => sessionStorage.getItem(SHOW)

/** Goes where the payment goes on: the gateway's page, or our own page with the code, which updates itself. */
export function followAction(orderId: string, payment: Payment & { action?: PaymentAction | null }, navigate: NavigateFunction): void {
  const { streamId, live } = usePlayer.getState()
  if (streamId && live) sessionStorage.setItem(SHOW, streamId)
  queryClient.setQueryData(keys.payment(payment.id), payment)
  const action = payment.action
  if (action?.type === 'redirect') location.assign(action.url)
  else if (action?.type === 'form') submitForm(action.url, action.fields)
  else void navigate(`/pay/${orderId}`)
}
