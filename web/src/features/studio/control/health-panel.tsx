import { useQuery } from '@tanstack/react-query'
import { Activity, CircleAlert, CircleCheck } from 'lucide-react'
import { serverNow } from '@/shared/hooks/now'
import { useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { statsQuery } from '../api/streams'
import { useFloor } from './floor-context'
import { judge } from './health'
import { Panel } from './panel'

const TONES = { good: 'text-leaf', fair: 'text-gold', poor: 'text-ember' }

/** What the encoder sends: its figures, and in words what to change. */
export function HealthPanel() {
  const t = useT()
  const { show } = useFloor()
  const stats = useQuery(statsQuery(show.id, show.state === 'ended' ? false : 3000))
  const health = stats.data?.has_signal ? stats.data.health : null
  const verdict = health ? judge(health, serverNow()) : null
  const figures = health
    ? [
        [t('studio.health.bitrate'), health.bitrate_kbps === null ? '–' : `${(health.bitrate_kbps / 1000).toFixed(1)} Mb/s`],
        [t('studio.health.fps'), health.fps === null ? '–' : health.fps.toFixed(0)],
        [t('studio.health.key'), health.key_interval_seconds === null ? '–' : `${health.key_interval_seconds.toFixed(1)} s`],
        [t('studio.health.size'), health.width && health.height ? `${health.width}×${health.height}` : '–'],
      ]
    : []
  return (
    <Panel title={t('studio.health')} icon={<Activity aria-hidden />} aside={verdict ? <span className={cx('text-sm font-bold', TONES[verdict.level])}>{t(`studio.health.${verdict.level}`)}</span> : null}>
      {health ? (
        <dl className="grid grid-cols-2 gap-1.5">
          {figures.map(([label, value]) => (
            <div key={label} className="rounded-xl bg-raised px-2.5 py-1.5">
              <dt className="truncate text-[11px] text-muted">{label}</dt>
              <dd className="tabular text-sm font-bold">{value}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <p className="text-sm text-muted">{t(show.state === 'ended' ? 'room.ended' : 'studio.health.none')}</p>
      )}
      {verdict?.words.map((word) => (
        <p key={word} className="mt-2 flex items-start gap-2 text-sm">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-gold" />
          {t(`studio.health.${word}`)}
        </p>
      ))}
      {verdict?.level === 'good' ? (
        <p className="mt-2 flex items-center gap-2 text-sm text-muted">
          <CircleCheck aria-hidden className="size-4 text-leaf" />
          {t('studio.health.fine')}
        </p>
      ) : null}
    </Panel>
  )
}
