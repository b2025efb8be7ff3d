import { Flame } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useT } from '@/shared/i18n/store'
import { useLive } from './room-context'

const SHOWN_MS = 3500

/** "Somebody just claimed A1", for a moment. */
export function SoldNote() {
  const t = useT()
  const sold = useLive((state) => state.sold)
  const [hidden, setHidden] = useState(0)
  useEffect(() => {
    if (!sold) return
    const timer = setTimeout(() => setHidden(sold.at), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [sold])
  if (!sold || sold.at === hidden || !sold.code) return null
  return (
    <p key={sold.at} className="inline-flex w-fit max-w-full animate-rise items-center gap-1.5 rounded-pill bg-linear-to-r from-lantern/90 to-amber/90 px-3 py-1 text-xs font-bold text-ink">
      <Flame aria-hidden className="size-3.5 shrink-0" />
      <span className="truncate">{t('room.sold-note', { name: sold.name || t('room.someone'), code: sold.code })}</span>
    </p>
  )
}
