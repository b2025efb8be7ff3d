import { useQuery } from '@tanstack/react-query'
import { Copy, Tag } from 'lucide-react'
import { useState } from 'react'
import { get } from '@/api/client'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { SelectField } from '@/shared/ui/field'
import { notify } from '@/shared/ui/notice'
import { copyText } from '../parts/copy-text'
import { useFloor } from './floor-context'
import { Panel } from './panel'

const MINUTES = [1, 2, 3, 5]

/** The address of the price tag that OBS lays over the picture. */
export function OverlayPanel() {
  const t = useT()
  const { show } = useFloor()
  const [timer, setTimer] = useState('up')
  const { data } = useQuery({ queryKey: ['studio', 'overlay', show.id], queryFn: ({ signal }) => get<{ token: string }>(`/streams/${show.id}/overlay`, undefined, signal), staleTime: Infinity, gcTime: 0 })
  const tail = timer === 'up' ? '' : timer === 'off' ? '?timer=off' : `?each=${timer}`
  const address = data ? `${location.origin}/overlay/${data.token}${tail}` : ''
  const copy = async () => notify(t((await copyText(address)) ? 'action.copied' : 'studio.copy-failed'), 'done')
  return (
    <Panel title={t('studio.overlay')} icon={<Tag aria-hidden />}>
      <div className="grid gap-3">
        <p className="text-sm leading-relaxed text-muted">{t('studio.overlay-text')}</p>
        <SelectField label={t('studio.overlay-timer')} value={timer} onChange={(event) => setTimer(event.target.value)}>
          <option value="up">{t('studio.overlay-timer-up')}</option>
          {MINUTES.map((minutes) => (
            <option key={minutes} value={minutes * 60}>
              {t('studio.overlay-timer-each', { minutes })}
            </option>
          ))}
          <option value="off">{t('studio.overlay-timer-off')}</option>
        </SelectField>
        <Button look="secondary" wide disabled={!data} icon={<Copy aria-hidden className="size-4.5" />} onClick={() => void copy()}>
          {t('action.copy')}: {t('studio.overlay-address')}
        </Button>
      </div>
    </Panel>
  )
}
