import { LoaderCircle, PhoneCall, ShieldX } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { serverNow } from '@/shared/hooks/now'
import { useTick } from '@/shared/hooks/tick'
import { Button } from '@/shared/ui/button'
import { useBroadcast, useCamera, usePublish } from './broadcast'

function Card({ icon, title, text, children }: { icon: React.ReactNode; title: string; text?: string; children?: React.ReactNode }) {
  return (
    <div role="alert" className="grid max-w-xs animate-fade justify-items-center gap-3 rounded-3xl bg-black/75 p-5 text-center text-white backdrop-blur-md">
      {icon}
      <p className="text-base leading-snug font-bold">{title}</p>
      {text ? <p className="text-sm text-white/85">{text}</p> : null}
      {children}
    </div>
  )
}

/** What is wrong with the line while sending, and what is being done about it. */
export function LineTrouble({ onStop }: { onStop: () => void }) {
  const t = useT()
  const broadcast = useBroadcast()
  const { phase, retryAt, status } = usePublish((state) => state)
  const soundTaken = useCamera((state) => state.soundTaken)
  useTick(phase === 'waiting' ? 500 : null)
  const seconds = Math.max(0, Math.ceil(((retryAt ?? 0) - serverNow()) / 1000))
  return (
    <div className="pointer-events-none absolute inset-0 z-10 grid place-items-center px-6 [&_button]:pointer-events-auto">
      {phase === 'waiting' || phase === 'connecting' ? (
        <Card icon={<LoaderCircle aria-hidden className="size-8 animate-spin text-amber" />} title={t(phase === 'waiting' ? 'studio.cam.line-lost' : 'studio.cam.connecting')} {...(phase === 'waiting' && { text: t('studio.cam.line-again', { seconds }) })} />
      ) : phase === 'refused' ? (
        <Card icon={<ShieldX aria-hidden className="size-8 text-amber" />} title={t(status === 401 || status === 403 ? 'studio.cam.refused-key' : 'studio.cam.refused')} text={t('studio.cam.refused-text', { status: status ?? 0 })}>
          <div className="flex gap-2">
            <Button look="glass" size="small" onClick={onStop}>
              {t('action.cancel')}
            </Button>
            <Button size="small" onClick={() => broadcast.goOut()}>
              {t('action.retry')}
            </Button>
          </div>
        </Card>
      ) : soundTaken ? (
        <Card icon={<PhoneCall aria-hidden className="size-8 text-amber" />} title={t('studio.cam.sound-taken')} text={t('studio.cam.sound-taken-text')} />
      ) : null}
    </div>
  )
}
