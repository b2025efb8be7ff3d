import { useT } from '@/shared/i18n/store'
import { ChoiceList } from '@/shared/ui/field'
import { Sheet } from '@/shared/ui/sheet'
import { useBroadcast, useCamera } from './broadcast'
import { QUALITIES, type QualityId, type Shape } from './camera'

export function CameraSheet({ onClose }: { onClose: () => void }) {
  const t = useT()
  const { camera } = useBroadcast()
  const quality = useCamera((state) => state.quality)
  const shape = useCamera((state) => state.shape)
  const qualities = (Object.keys(QUALITIES) as QualityId[]).map((id) => ({ value: id, title: t(`studio.cam.quality-${id}`), text: `${QUALITIES[id].short}p · ${(QUALITIES[id].bitrate / 1_000_000).toFixed(1)} Mb/s` }))
  const shapes = (['portrait', 'landscape'] as const).map((id) => ({ value: id, title: t(`studio.cam.shape-${id}`), text: t(`studio.cam.shape-${id}-text`) }))
  return (
    <Sheet dark title={t('studio.cam.settings')} onClose={onClose}>
      <div className="grid gap-6">
        <ChoiceList legend={t('room.quality')} name="quality" value={quality} choices={qualities} onChange={(value) => void camera.change({ quality: value as QualityId })} />
        <ChoiceList legend={t('studio.cam.shape')} name="shape" value={shape} choices={shapes} onChange={(value) => void camera.change({ shape: value as Shape })} />
      </div>
    </Sheet>
  )
}
