import { Ear, Leaf, SlidersHorizontal } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useT } from '@/shared/i18n/store'
import { usePlayer } from '@/shared/player/store'
import { IconButton } from '@/shared/ui/button'

const PictureSheet = lazy(() => import('./picture-sheet'))

/** Opens what can be set about the picture; its sign says when little data is used. */
export default function PictureButton({ className, look = 'glass' }: { className?: string; look?: 'glass' | 'quiet' }) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const diet = usePlayer((state) => state.diet)
  const shown = usePlayer((state) => state.status !== 'idle')
  if (!shown) return null
  const Icon = diet === 'audio' ? Ear : diet === 'low' ? Leaf : SlidersHorizontal
  return (
    <>
      <IconButton label={t('room.picture')} look={look} aria-haspopup="dialog" onClick={() => setOpen(true)} className={className}>
        <Icon aria-hidden className="size-5" />
      </IconButton>
      <Suspense fallback={null}>{open ? <PictureSheet onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  )
}
