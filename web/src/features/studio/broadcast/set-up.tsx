import { FlaskConical, Mic, MicOff, Radio, Settings2, SwitchCamera } from 'lucide-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button, IconButton } from '@/shared/ui/button'
import { notify } from '@/shared/ui/notice'
import { statsQuery } from '../api/streams'
import { useFloor } from '../control/floor-context'
import { ConfirmSheet } from '../parts/confirm-sheet'
import { useShop } from '../shop-context'
import { useBroadcast, useCamera } from './broadcast'
import { CameraSheet } from './camera-sheet'

export function CameraTools() {
  const t = useT()
  const { camera } = useBroadcast()
  const muted = useCamera((state) => state.muted)
  const facing = useCamera((state) => state.facing)
  const canFlip = useCamera((state) => state.canFlip)
  const [open, setOpen] = useState(false)
  return (
    <>
      <IconButton label={t(muted ? 'studio.cam.mic-on' : 'studio.cam.mic-off')} look="glass" aria-pressed={muted} onClick={() => camera.setMuted(!muted)}>
        {muted ? <MicOff aria-hidden className="size-5 text-amber" /> : <Mic aria-hidden className="size-5" />}
      </IconButton>
      {canFlip ? (
        <IconButton label={t('studio.cam.flip')} look="glass" onClick={() => void camera.change({ facing: facing === 'user' ? 'environment' : 'user' })}>
          <SwitchCamera aria-hidden className="size-5" />
        </IconButton>
      ) : null}
      <IconButton label={t('studio.cam.settings')} look="glass" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Settings2 aria-hidden className="size-5" />
      </IconButton>
      {open ? <CameraSheet onClose={() => setOpen(false)} /> : null}
    </>
  )
}

/** Before the show: look, listen, rehearse, and one red button. */
export function SetUp({ onLive, onPractice }: { onLive: () => void; onPractice: (id: string) => void }) {
  const t = useT()
  const problem = useProblemText()
  const shop = useShop()
  const broadcast = useBroadcast()
  const { show } = useFloor()
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState(false)
  const elsewhere = useQuery(statsQuery(show.id, 3000)).data?.has_signal ?? false
  const onAir = show.state === 'live' || show.state === 'interrupted'
  const rehearse = () => {
    setBusy(true)
    broadcast
      .rehearse(shop.id, `${t('studio.cam.practice')} · ${show.title}`.slice(0, 80))
      .then(onPractice, (error: unknown) => notify(problem(error), 'failed'))
      .finally(() => setBusy(false))
  }
  return (
    <>
      <div className="flex justify-center gap-2.5">
        <CameraTools />
      </div>
      <p className="text-over-video text-center text-sm text-white/90">{t(elsewhere ? 'studio.cam.elsewhere' : onAir ? 'studio.cam.resume-text' : 'studio.cam.ready')}</p>
      <Button size="large" wide icon={<Radio aria-hidden className="size-5" />} onClick={() => (elsewhere ? setAsking(true) : onLive())}>
        {t(onAir ? 'studio.cam.resume' : 'studio.go-live')}
      </Button>
      {onAir ? null : (
        <Button look="glass" wide busy={busy} icon={<FlaskConical aria-hidden className="size-5" />} onClick={rehearse}>
          {t('studio.cam.practice-start')}
        </Button>
      )}
      {asking ? <ConfirmSheet title={t('studio.cam.take-over')} text={t('studio.cam.take-over-text')} action={t('studio.cam.take-over')} onClose={() => setAsking(false)} onConfirm={onLive} /> : null}
    </>
  )
}
