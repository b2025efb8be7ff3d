import { CameraOff, LoaderCircle, Video } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { useCamera } from './broadcast'

/** Says why camera and microphone are needed before the browser asks, and what to do when it said no. */
export function Permission({ onOpen }: { onOpen: () => void }) {
  const t = useT()
  const opening = useCamera((state) => state.opening)
  const trouble = useCamera((state) => state.trouble)
  return (
    <div className="absolute inset-0 z-10 grid place-items-center px-6">
      <section role={trouble ? 'alert' : undefined} className="grid max-w-sm justify-items-center gap-4 rounded-3xl border border-white/12 bg-[#171127] p-6 text-center text-white">
        <span className="grid size-16 place-items-center rounded-full bg-white/10">
          {opening ? <LoaderCircle aria-hidden className="size-8 animate-spin text-amber" /> : trouble ? <CameraOff aria-hidden className="size-8 text-amber" /> : <Video aria-hidden className="size-8 text-amber" />}
        </span>
        <h2 className="text-lg leading-snug">{t(trouble ? `studio.cam.trouble.${trouble}` : 'studio.cam.ask')}</h2>
        <p className="text-sm leading-relaxed text-white/80">{t(trouble ? `studio.cam.trouble.${trouble}-text` : opening ? 'studio.cam.asking' : 'studio.cam.ask-text')}</p>
        {trouble === 'insecure' || trouble === 'unsupported' ? null : (
          <Button wide size="large" busy={opening} onClick={onOpen}>
            {t(trouble ? 'action.retry' : 'studio.cam.allow')}
          </Button>
        )}
      </section>
    </div>
  )
}
