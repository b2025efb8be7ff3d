import { ShoppingBag, Volume2, VolumeX } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { player } from '@/shared/player/engine'
import { usePlayer } from '@/shared/player/store'
import { IconButton } from '@/shared/ui/button'
import { useHeldClaims } from '../bag/pay-bar'
import { CommentBox } from '../chat/comment-box'
import { HeartButton } from '../heart-button'
import { useLive } from '../room-context'

export function SoundButton() {
  const t = useT()
  const muted = usePlayer((state) => state.muted)
  return (
    <IconButton label={t(muted ? 'room.unmute' : 'room.mute')} look="glass" onClick={() => player.setMuted(!muted)}>
      {muted ? <VolumeX aria-hidden className="size-5" /> : <Volume2 aria-hidden className="size-5" />}
    </IconButton>
  )
}

export function BottomBar({ onBag }: { onBag: () => void }) {
  const t = useT()
  const held = useHeldClaims().length
  const items = useLive((state) => state.items.length)
  const ended = useLive((state) => state.state === 'ended')
  return (
    <div className="flex items-center gap-2">
      {ended ? <span className="grow" /> : <CommentBox overVideo />}
      <button
        type="button"
        onClick={onBag}
        className="relative grid size-12 shrink-0 place-items-center rounded-full bg-amber text-ink transition active:scale-95"
      >
        <ShoppingBag aria-hidden className="size-5.5" />
        <span className="sr-only">{t('room.bag')}</span>
        {held || items ? (
          <span className="tabular absolute -top-1 -right-1 grid h-5 min-w-5 place-items-center rounded-full bg-lantern px-1 text-xs font-bold text-on-lantern">
            {held || items}
          </span>
        ) : null}
      </button>
      {ended ? null : <HeartButton className="size-12" />}
    </div>
  )
}
