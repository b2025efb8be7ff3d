import { Download } from 'lucide-react'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Sheet } from '@/shared/ui/sheet'
import { saveFile } from '../api/save-file'
import { obsProfileZip } from './obs-profile'

interface Props {
  title: string
  rtmp: { url: string; key: string }
  onClose: () => void
}

/** How OBS is set up for a show, and a profile that has it all. */
export function ObsGuide({ title, rtmp, onClose }: Props) {
  const t = useT()
  const download = () => saveFile(obsProfileZip({ title, server: rtmp.url, key: rtmp.key }), 'nightmarket-obs.zip')
  return (
    <Sheet title={t('studio.obs-guide')} onClose={onClose}>
      <div className="grid gap-5">
        <ol className="grid list-decimal gap-3 pl-5 leading-relaxed">
          {([1, 2, 3, 4] as const).map((step) => (
            <li key={step}>{t(`studio.obs-guide-${step}`)}</li>
          ))}
        </ol>
        <div className="grid gap-2">
          <Button look="secondary" wide icon={<Download aria-hidden className="size-5" />} onClick={download}>
            {t('studio.obs-profile')}
          </Button>
          <p className="text-center text-xs text-muted">{t('studio.obs-profile-text')}</p>
        </div>
      </div>
    </Sheet>
  )
}
