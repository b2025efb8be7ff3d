import { useQuery } from '@tanstack/react-query'
import { CircleStop, ListOrdered, SkipForward } from 'lucide-react'
import { useCallback, useState } from 'react'
import { useT } from '@/shared/i18n/store'
import { Button, IconButton } from '@/shared/ui/button'
import { Sheet } from '@/shared/ui/sheet'
import { statsQuery, useShowSwitch } from '../api/streams'
import { useFloor, useRoomPart } from '../control/floor-context'
import { judge } from '../control/health'
import { RunOfShow } from '../control/run-of-show'
import { nextItem } from '../control/use-pin-keys'
import { usePinning } from '../control/use-pinning'
import { ConfirmSheet } from '../parts/confirm-sheet'
import { serverNow } from '@/shared/hooks/now'
import { useBroadcast, usePublish } from './broadcast'
import { CameraTools } from './set-up'

const LINES = 4

function Chat() {
  const t = useT()
  const chat = useRoomPart((state) => state.chat)
  return (
    <ul role="log" aria-label={t('room.chat')} className="grid gap-1">
      {chat.slice(-LINES).map((message) => (
        <li key={message.id} className="text-over-video max-w-[85%] text-sm leading-snug text-white">
          <b className="mr-1.5 text-amber">{message.user.name}</b>
          {message.text}
        </li>
      ))}
    </ul>
  )
}

/** What the media server says about the picture it gets: the far end of the line. */
function Arrival({ id }: { id: string }) {
  const t = useT()
  const stats = useQuery(statsQuery(id, 2000)).data
  if (!stats?.has_signal) return <p className="text-over-video text-center text-sm text-white">{t('studio.cam.practice-wait')}</p>
  const verdict = stats.health ? judge(stats.health, serverNow()) : null
  const kbps = stats.health?.bitrate_kbps
  return (
    <p role="status" className="text-over-video text-center text-sm text-white">
      {t('studio.cam.practice-arrives')} {verdict ? t(`studio.health.${verdict.level}`) : ''} {kbps ? `· ${(kbps / 1000).toFixed(1)} Mb/s` : ''}
    </p>
  )
}

function Pinning() {
  const t = useT()
  const items = useRoomPart((state) => state.items)
  const pinned = useRoomPart((state) => state.pinned)
  const [list, setList] = useState(false)
  const { publisher } = useBroadcast()
  const uplink = useCallback(() => publisher.uplink, [publisher])
  const pin = usePinning(uplink)
  const now = items.find((item) => item.id === pinned)
  const next = nextItem(items.map((item) => item.id), pinned)
  return (
    <div className="flex items-center gap-2">
      <IconButton label={t('studio.run-of-show')} look="glass" aria-haspopup="dialog" onClick={() => setList(true)}>
        <ListOrdered aria-hidden className="size-5" />
      </IconButton>
      <p className="text-over-video min-w-0 grow truncate text-sm font-semibold text-white">{now ? `${now.code} ${now.product.title}` : t('studio.cam.nothing-pinned')}</p>
      <Button size="small" look="glass" className="min-h-11 whitespace-nowrap" disabled={next === null || next === pinned} icon={<SkipForward aria-hidden className="size-4" />} onClick={() => pin(next)}>
        {t('studio.pin-next')}
      </Button>
      {list ? (
        <Sheet dark title={t('studio.run-of-show')} onClose={() => setList(false)}>
          <RunOfShow />
        </Sheet>
      ) : null}
    </div>
  )
}

/** While the picture goes out. */
export function OnAir({ practice, onStop }: { practice: string | null; onStop: () => void }) {
  const t = useT()
  const { show } = useFloor()
  const phase = usePublish((state) => state.phase)
  const turn = useShowSwitch(show.id)
  const [ending, setEnding] = useState(false)
  const before = show.state === 'draft' || show.state === 'scheduled'
  return (
    <>
      {practice ? <Arrival id={practice} /> : <Chat />}
      {practice ? null : <Pinning />}
      <div className="flex items-center gap-2.5">
        <CameraTools />
        <span className="grow" />
        <Button look="danger" className="bg-black/55" icon={<CircleStop aria-hidden className="size-5" />} onClick={() => (practice || before ? onStop() : setEnding(true))}>
          {t(practice ? 'studio.cam.practice-end' : before ? 'action.cancel' : 'studio.end-show')}
        </Button>
      </div>
      {before && !practice && phase !== 'refused' ? <p role="status" className="text-over-video text-center text-sm text-white">{t('studio.cam.going-live')}</p> : null}
      {ending ? (
        <ConfirmSheet title={t('studio.end-show')} text={t('studio.end-show-text')} action={t('studio.end-show')} danger busy={turn.isPending} error={turn.error} onClose={() => setEnding(false)} onConfirm={() => turn.mutate('end', { onSuccess: () => setEnding(false) })} />
      ) : null}
    </>
  )
}
