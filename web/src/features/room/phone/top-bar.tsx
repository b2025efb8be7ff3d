import { Share2, X } from 'lucide-react'
import { useNavigate } from 'react-router'
import { useT } from '@/shared/i18n/store'
import { IconButton } from '@/shared/ui/button'
import { Lantern } from '@/shared/ui/lantern'
import { ConnectionChip } from '../connection-chip'
import { FollowButton } from '../follow-button'
import { AnnouncementBar, QueueChip } from '../later'
import { useScene } from '../room-context'
import { useShare } from '../share'
import { LiveChip } from '../viewers-chip'

export function TopBar() {
  const t = useT()
  const { stream } = useScene()
  const share = useShare()
  const navigate = useNavigate()
  return (
    <header className="absolute inset-x-0 top-0 z-20 bg-linear-to-b from-black/75 to-transparent px-3 pt-[max(0.6rem,env(safe-area-inset-top))] pb-8 text-white">
      <div className="flex items-center gap-1.5">
        <div className="flex min-w-0 grow items-center gap-2">
          <span aria-hidden className="grid size-10 shrink-0 place-items-center overflow-hidden rounded-full border border-white/25 bg-black/50">
            <Lantern className="h-7" />
          </span>
          <div className="min-w-0">
            <p className="text-over-video truncate text-sm leading-tight font-bold">{stream.shop?.name ?? stream.title}</p>
            <h1 className="text-over-video truncate text-xs leading-tight font-medium text-white/90">{stream.title}</h1>
          </div>
          {stream.shop ? <FollowButton slug={stream.shop.slug} /> : null}
        </div>
        <IconButton label={t('action.share')} look="glass" onClick={share}>
          <Share2 aria-hidden className="size-5" />
        </IconButton>
        <IconButton label={t('room.leave')} look="glass" onClick={() => void navigate('/')}>
          <X aria-hidden className="size-5" />
        </IconButton>
      </div>
      <div className="mt-2 mr-13 flex flex-wrap items-center gap-1.5">
        <LiveChip />
        <ConnectionChip />
        <QueueChip />
      </div>
      <AnnouncementBar className="mt-2 mr-13 max-w-md" />
    </header>
  )
}
