import { useMutation, useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { remove } from '@/api/client'
import type { CartClaim } from '@/api/types'
import { forgetClaim } from '@/shared/data/claims'
import { keys } from '@/shared/data/keys'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { IconButton } from '@/shared/ui/button'
import { Countdown } from '@/shared/ui/countdown'
import { Money } from '@/shared/ui/money'
import { notify } from '@/shared/ui/notice'
import { optionText } from '@/shared/ui/option-chooser'
import { Picture } from '@/shared/ui/picture'

export function HeldRow({ claim }: { claim: CartClaim }) {
  const t = useT()
  const text = useProblemText()
  const client = useQueryClient()
  const giveBack = useMutation({
    mutationFn: () => remove(`/claims/${claim.id}`),
    onSuccess: () => forgetClaim(claim.id),
    onError: (error) => notify(text(error), 'failed'),
  })
  const refresh = () => void client.invalidateQueries({ queryKey: keys.cart })
  return (
    <li className="flex items-center gap-3 py-3">
      <Picture image={claim.image_url ? { id: claim.id, url: claim.image_url } : null} alt="" className="size-16 shrink-0 rounded-xl" />
      <div className="min-w-0 grow">
        <p className="leading-snug font-medium">
          {claim.code ? <strong className="mr-1.5 text-gold">{claim.code}</strong> : null}
          {claim.title}
        </p>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-muted">
          {optionText(claim.options) ? <span>{optionText(claim.options)}</span> : null}
          <span>
            <Money value={claim.unit_price} /> × {claim.quantity}
          </span>
          {claim.hold_expires_at ? (
            <Badge tone="leaf">
              {t('room.held')} <Countdown until={claim.hold_expires_at} onEnd={refresh} />
            </Badge>
          ) : null}
        </p>
      </div>
      <Money value={{ ...claim.unit_price, amount: claim.unit_price.amount * claim.quantity }} className="font-semibold" />
      <IconButton label={t('room.give-back')} disabled={giveBack.isPending} onClick={() => giveBack.mutate()}>
        <X aria-hidden className="size-4.5" />
      </IconButton>
    </li>
  )
}
