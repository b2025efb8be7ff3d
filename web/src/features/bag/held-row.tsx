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
    <li className="grid grid-cols-[4rem_minmax(0,1fr)_auto] gap-x-3 py-3">
      <Picture image={claim.image_url ? { id: claim.id, url: claim.image_url } : null} alt="" className="row-span-2 size-16 rounded-xl" />
      <div className="min-w-0">
        <p className="line-clamp-2 leading-snug font-medium">
          {claim.code ? <strong className="mr-1.5 text-gold">{claim.code}</strong> : null}
          {claim.title}
        </p>
        <p className="text-sm text-muted">
          {optionText(claim.options) ? `${optionText(claim.options)} · ` : null}
          <Money value={claim.unit_price} /> × {claim.quantity}
        </p>
      </div>
      <IconButton label={t('room.give-back')} disabled={giveBack.isPending} onClick={() => giveBack.mutate()} className="-mt-2 -mr-2">
        <X aria-hidden className="size-4.5" />
      </IconButton>
      <div className="col-span-2 mt-1 flex items-center justify-between gap-3">
        {claim.hold_expires_at ? (
          <Badge tone="leaf">
            {t('room.held')} <Countdown until={claim.hold_expires_at} onEnd={refresh} />
          </Badge>
        ) : (
          <span />
        )}
        <Money value={{ ...claim.unit_price, amount: claim.unit_price.amount * claim.quantity }} className="font-semibold" />
      </div>
    </li>
  )
}
