import { useEffect, useState } from 'react'
import { useFloor } from '../control/floor-context'
import { BoothBar } from './booth-bar'
import { useBroadcast, useCamera, usePublish } from './broadcast'
import { CameraView } from './camera-view'
import { Finished } from './finished'
import { LineTrouble } from './line-trouble'
import { OnAir } from './on-air'
import { Permission } from './permission'
import { SetUp } from './set-up'
import { useGoLive } from './use-go-live'
import { useWakeLock } from './use-wake-lock'

/** Asks nothing when the browser already lets this page film. */
function useKnownPermission(open: () => void): void {
  useEffect(() => {
    let over = false
    const asked = (name: string) => navigator.permissions?.query({ name: name as PermissionName }).then(({ state }) => state, () => 'prompt')
    void Promise.all([asked('camera'), asked('microphone')]).then((states) => {
      if (!over && states.every((state) => state === 'granted')) open()
    })
    return () => {
      over = true
    }
  }, [open])
}

/** The whole device is the camera: what is filmed, and over it what a host needs with one thumb. */
export function Booth() {
  const broadcast = useBroadcast()
  const { show } = useFloor()
  const stream = useCamera((state) => state.stream)
  const phase = usePublish((state) => state.phase)
  const [practice, setPractice] = useState<string | null>(null)
  const [wanted, setWanted] = useState(false)
  const [open] = useState(() => () => void broadcast.camera.open())
  useKnownPermission(open)
  const sending = phase !== 'off'
  useWakeLock(stream !== null)
  useGoLive(wanted && practice === null)
  useEffect(() => {
    if (!sending) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [sending])
  useEffect(() => {
    if (show.state === 'ended') broadcast.publisher.stop()
  }, [show.state, broadcast])
  if (show.state === 'ended') return <Finished />
  const goLive = () => {
    setWanted(true)
    broadcast.goOut()
  }
  const stop = () => {
    setWanted(false)
    setPractice(null)
    void broadcast.endRehearsal()
  }
  return (
    <main data-theme="dark" className="fixed inset-0 overflow-hidden bg-ink text-text">
      <CameraView />
      <BoothBar practice={practice} />
      {stream === null ? (
        <Permission onOpen={open} />
      ) : (
        <>
          <LineTrouble onStop={stop} />
          <div className="absolute inset-x-0 bottom-0 z-20 mx-auto flex max-w-2xl flex-col gap-3 px-3 pb-[max(0.9rem,env(safe-area-inset-bottom))]">
            <div aria-hidden className="absolute inset-x-[-50vw] -top-28 bottom-0 -z-10 bg-linear-to-t from-black/85 via-black/45 to-transparent" />
            {sending ? <OnAir practice={practice} onStop={stop} /> : <SetUp onLive={goLive} onPractice={setPractice} />}
          </div>
        </>
      )}
    </main>
  )
}
