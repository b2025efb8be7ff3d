import { useQuery } from '@tanstack/react-query'
import { BookOpen, Cable, Copy, Eye, EyeOff, RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button, IconButton } from '@/shared/ui/button'
import { notify } from '@/shared/ui/notice'
import { Skeleton } from '@/shared/ui/skeleton'
import { ingestQuery, useRotateKey } from '../api/streams'
import { ConfirmSheet } from '../parts/confirm-sheet'
import { copyText } from '../parts/copy-text'
import { useFloor } from './floor-context'
import { ObsGuide } from './obs-guide'
import { Panel } from './panel'

const DOTS = '••••••••••••'

function Row({ label, value, shown, children }: { label: string; value: string; shown: string; children?: React.ReactNode }) {
  const t = useT()
  const copy = async () => notify(t((await copyText(value)) ? 'action.copied' : 'studio.copy-failed'), 'done')
  return (
    <div>
      <p className="text-xs font-medium text-muted">{label}</p>
      <div className="flex items-center">
        <code className="tabular min-w-0 grow truncate font-mono text-[13px]" translate="no">
          {shown}
        </code>
        {children}
        <IconButton label={`${t('action.copy')}: ${label}`} onClick={() => void copy()} className="-mr-2">
          <Copy aria-hidden className="size-4.5" />
        </IconButton>
      </div>
    </div>
  )
}

/** What to type into OBS. Whoever knows the key can go on air, so it stays covered until it is asked for. */
export function ObsPanel() {
  const t = useT()
  const problem = useProblemText()
  const { show } = useFloor()
  const ingest = useQuery(ingestQuery(show.id))
  const rotate = useRotateKey(show.id)
  const [shown, setShown] = useState(false)
  const [asking, setAsking] = useState(false)
  const [guide, setGuide] = useState(false)
  const rtmp = ingest.data?.rtmp
  return (
    <Panel
      title={t('studio.obs')}
      icon={<Cable aria-hidden />}
      aside={
        <IconButton label={t('studio.rotate')} onClick={() => setAsking(true)} className="-mr-2">
          <RefreshCw aria-hidden className="size-4.5" />
        </IconButton>
      }
    >
      {ingest.isPending ? <Skeleton className="h-24" /> : null}
      {ingest.isError ? (
        <div className="grid gap-2 text-sm">
          <p className="text-ember">{problem(ingest.error)}</p>
          <Button size="small" look="secondary" onClick={() => void ingest.refetch()}>
            {t('action.retry')}
          </Button>
        </div>
      ) : null}
      {rtmp ? (
        <div className="grid grid-cols-[minmax(0,1fr)]">
          <Row label={t('studio.obs-server')} value={rtmp.url} shown={rtmp.url} />
          <Row label={t('studio.obs-key')} value={rtmp.key} shown={shown ? rtmp.key : DOTS}>
            <IconButton label={t(shown ? 'studio.key-hide' : 'studio.key-show')} aria-pressed={shown} onClick={() => setShown((on) => !on)}>
              {shown ? <EyeOff aria-hidden className="size-4.5" /> : <Eye aria-hidden className="size-4.5" />}
            </IconButton>
          </Row>
          <p className="mt-1 text-xs leading-relaxed text-muted">{t(show.auto_start ? 'studio.obs-auto' : 'studio.obs-manual')}</p>
          <Button size="small" look="secondary" className="mt-3 min-h-11" icon={<BookOpen aria-hidden className="size-4.5" />} onClick={() => setGuide(true)}>
            {t('studio.obs-guide')}
          </Button>
          {guide ? <ObsGuide title={show.title} rtmp={rtmp} onClose={() => setGuide(false)} /> : null}
        </div>
      ) : null}
      {asking ? (
        <ConfirmSheet
          title={t('studio.rotate')}
          text={t('studio.rotate-text')}
          action={t('studio.rotate')}
          danger
          busy={rotate.isPending}
          error={rotate.error}
          onClose={() => setAsking(false)}
          onConfirm={() =>
            rotate.mutate(undefined, {
              onSuccess: () => {
                setAsking(false)
                notify(t('studio.rotated'), 'done')
              },
            })
          }
        />
      ) : null}
    </Panel>
  )
}
