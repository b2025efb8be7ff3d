import { useState } from 'react'
import type { StreamItem, Variant } from '@/api/types'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Money } from '@/shared/ui/money'
import { OptionChooser } from '@/shared/ui/option-chooser'
import { Picture } from '@/shared/ui/picture'
import { Sheet } from '@/shared/ui/sheet'
import { Stepper } from '@/shared/ui/stepper'
import { priceOf } from '../claiming'

interface Props {
  item: StreamItem
  onClose: () => void
  onPick: (variantId: string, quantity: number) => void
}

export default function VariantPicker({ item, onClose, onPick }: Props) {
  const t = useT()
  const [variant, setVariant] = useState<Variant | null>(null)
  const [quantity, setQuantity] = useState(1)
  const most = Math.max(1, Math.min(item.limit_per_buyer ?? 10, 10, variant && variant.available > 0 ? variant.available : 10))
  return (
    <Sheet
      dark
      title={t('room.choose')}
      onClose={onClose}
      footer={
        <div className="flex items-center gap-3">
          <Stepper value={Math.min(quantity, most)} max={most} onChange={setQuantity} />
          <Button wide size="large" disabled={!variant} onClick={() => variant && onPick(variant.id, Math.min(quantity, most))}>
            {t(variant && variant.available === 0 ? 'room.waitlist' : 'room.claim')}
          </Button>
        </div>
      }
    >
      <div className="mb-5 flex gap-4">
        <Picture image={item.product.images[0]} alt="" sizes="96px" className="size-24 rounded-2xl" />
        <div className="min-w-0">
          <p className="font-bold text-gold">{item.code}</p>
          <h3 className="line-clamp-2 font-semibold">{item.product.title}</h3>
          <Money value={priceOf(item, variant ?? undefined)} className="text-lg font-bold text-ember" />
        </div>
      </div>
      <OptionChooser variants={item.product.variants} value={variant?.id ?? null} onChange={setVariant} allowSoldOut />
    </Sheet>
  )
}
