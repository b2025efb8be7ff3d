import { ArrowLeft, Share2 } from 'lucide-react'
import { Link } from 'react-router'
import { useT } from '@/shared/i18n/store'
import { askSignIn } from '@/shared/session/overlays'
import { useSession } from '@/shared/session/session'
import { Button, IconButton } from '@/shared/ui/button'
import { Lantern } from '@/shared/ui/lantern'
import { ConnectionChip } from '../connection-chip'
import { FollowButton } from '../follow-button'
import { QueueChip } from '../later'
import { useScene } from '../room-context'
import { useShare } from '../share'
import { LiveChip } from '../viewers-chip'

export function DesktopHeader() {
  const t = useT()
  const { stream } = useScene()
  const share = useShare()
  const status = useSession((session) => session.status)
  return (
    <header className="flex h-16 shrink-0 items-center gap-3 px-4">
      <Link to="/" aria-label={t('room.leave')} className="grid size-11 place-items-center rounded-full hover:bg-raised">
        <ArrowLeft aria-hidden className="size-5.5" />
      </Link>
      <Lantern className="h-8" />
      <div className="min-w-0">
        <h1 className="truncate text-lg leading-tight">{stream.title}</h1>
        {stream.shop ? (
          <Link to={`/shops/${stream.shop.slug}`} className="block truncate text-sm leading-tight text-muted hover:text-text">
            {stream.shop.name}
          </Link>
        ) : null}
      </div>
      {stream.shop ? <FollowButton slug={stream.shop.slug} /> : null}
      <LiveChip />
      <ConnectionChip />
      <QueueChip />
      <span className="grow" />
      <IconButton label={t('action.share')} onClick={share}>
        <Share2 aria-hidden className="size-5" />
      </IconButton>
      {status === 'guest' ? (
        <Button size="small" onClick={() => askSignIn()}>
          {t('nav.login')}
        </Button>
      ) : null}
    </header>
  )
}
