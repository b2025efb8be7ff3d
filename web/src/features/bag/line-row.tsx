import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { Link } from 'react-router'
import { put, remove } from '@/api/client'
import type { CartLine } from '@/api/types'
import { keys } from '@/shared/data/keys'
import { useProblemText } from '@/shared/hooks/problem-text'
import { formatMoney } from '@/shared/format/format'
import { useT } from '@/shared/i18n/store'
import { IconButton } from '@/shared/ui/button'
import { Money } from '@/shared/ui/money'
import { notify } from '@/shared/ui/notice'
import { optionText } from '@/shared/ui/option-chooser'
import { Picture } from '@/shared/ui/picture'
import { Stepper } from '@/shared/ui/stepper'

export function LineRow({ line }: { line: CartLine }) {
  const t = useT()
  const text = useProblemText()
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (quantity: number) => (quantity > 0 ? put(`/cart/lines/${line.variant_id}`, { quantity }) : remove(`/cart/lines/${line.variant_id}`)),
    onError: (error) => notify(text(error), 'failed'),
    onSettled: () => client.invalidateQueries({ queryKey: keys.cart }),
  })
  const quantity = change.isPending ? change.variables : line.quantity
  return (
    <li className="flex items-center gap-3 py-3">
      <Picture image={line.image_url ? { id: line.variant_id, url: line.image_url } : null} alt="" className="size-16 shrink-0 rounded-xl" />
      <div className="grid min-w-0 grow gap-1.5">
        <Link to={`/products/${line.product_id}`} className="leading-snug font-medium hover:underline">
          {line.title}
          {optionText(line.options) ? <span className="text-muted"> {optionText(line.options)}</span> : null}
        </Link>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Stepper value={quantity} max={Math.max(line.available, line.quantity)} disabled={change.isPending} onChange={(next) => change.mutate(next)} />
          {line.available < line.quantity ? <span className="text-sm font-semibold text-ember">{line.available > 0 ? t('bag.short', { count: line.available }) : t('stock.out')}</span> : null}
        </div>
        {line.changed && line.seen_price ? <span className="text-sm text-gold">{t('bag.price-changed', { price: formatMoney(line.seen_price) })}</span> : null}
      </div>
      <div className="grid justify-items-end">
        <Money value={{ ...line.unit_price, amount: line.unit_price.amount * line.quantity }} className="font-semibold" />
        <IconButton label={t('bag.remove')} disabled={change.isPending} onClick={() => change.mutate(0)}>
          <Trash2 aria-hidden className="size-4.5 text-muted" />
        </IconButton>
      </div>
    </li>
  )
}
