import { useEffect, useRef } from 'react'
import { useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { useCamera } from './broadcast'

/** What the camera sees, without sound. One's own face is shown as in a mirror; viewers get it the right way round. */
export function CameraView() {
  const t = useT()
  const video = useRef<HTMLVideoElement>(null)
  const stream = useCamera((state) => state.stream)
  const facing = useCamera((state) => state.facing)
  const shape = useCamera((state) => state.shape)
  useEffect(() => {
    const node = video.current
    if (!node) return
    node.srcObject = stream
    if (stream) void node.play().catch(() => undefined)
  }, [stream])
  return (
    <div className="absolute inset-0 grid place-items-center bg-black">
      <video
        ref={video}
        muted
        playsInline
        autoPlay
        aria-label={t('studio.cam.preview')}
        className={cx('size-full', stream ? '' : 'invisible', shape === 'portrait' ? 'max-w-[56.25dvh] object-cover' : 'object-contain', facing === 'user' && '-scale-x-100')}
      />
    </div>
  )
}
