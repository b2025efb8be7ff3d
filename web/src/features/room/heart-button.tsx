import { Heart } from 'lucide-react'
import { useRef } from 'react'
import { useT } from '@/shared/i18n/store'
import { IconButton } from '@/shared/ui/button'
import { useScene } from './room-context'

export function HeartButton({ className }: { className?: string }) {
  const t = useT()
  const { room } = useScene()
  const waiting = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const tap = () => {
    waiting.current += 1
    room.change((state) => ({ hearts: state.hearts + 1 }))
    timer.current ??= setTimeout(() => {
      room.whisper('reaction', { emoji: 'heart', count: Math.min(20, waiting.current) })
      waiting.current = 0
      timer.current = null
    }, 500)
  }
  return (
    <IconButton label={t('room.heart')} look="glass" onClick={tap} className={className}>
      <Heart aria-hidden className="size-5.5 text-lantern" fill="currentColor" />
    </IconButton>
  )
}
