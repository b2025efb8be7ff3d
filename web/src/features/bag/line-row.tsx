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
    <li className="grid grid-cols-[4rem_minmax(0,1fr)_auto] gap-x-3 py-3">
      <Picture image={line.image_url ? { id: line.variant_id, url: line.image_url } : null} alt="" className="row-span-2 size-16 rounded-xl" />
      <div className="min-w-0">
        <Link to={`/products/${line.product_id}`} className="line-clamp-2 leading-snug font-medium hover:underline">
          {line.title}
          {optionText(line.options) ? <span className="text-muted"> {optionText(line.options)}</span> : null}
        </Link>
        {line.available < line.quantity ? <p className="text-sm font-semibold text-ember">{line.available > 0 ? t('bag.short', { count: line.available }) : t('stock.out')}</p> : null}
        {line.changed && line.seen_price ? <p className="text-sm text-gold">{t('bag.price-changed', { price: formatMoney(line.seen_price) })}</p> : null}
      </div>
      <IconButton label={t('bag.remove')} disabled={change.isPending} onClick={() => change.mutate(0)} className="-mt-2 -mr-2">
        <Trash2 aria-hidden className="size-4.5 text-muted" />
      </IconButton>
      <div className="col-span-2 mt-1.5 flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <Stepper value={quantity} max={Math.max(line.available, line.quantity)} disabled={change.isPending} onChange={(next) => change.mutate(next)} />
        <Money value={{ ...line.unit_price, amount: line.unit_price.amount * line.quantity }} className="font-semibold" />
      </div>
    </li>
  )
}
