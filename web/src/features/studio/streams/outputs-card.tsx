import { useQuery } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Badge, type Tone } from '@/shared/ui/badge'
import { Button, IconButton } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { outputsQuery, useDropOutput, useSwitchOutput } from '../api/outputs'
import type { Output } from '../api/types'
import { Card } from '../parts/card'
import { OutputSheet } from './output-sheet'

const TONES: Record<Output['state'], Tone> = { idle: 'plain', waiting: 'plain', connecting: 'gold', live: 'leaf', failing: 'ember' }
const REASONS = ['refused', 'no_answer', 'rejected', 'lost', 'slow', 'unknown_host'] as const

const reasonOf = (text: string | null) => REASONS.find((reason) => reason === text) ?? 'other'

function Line({ show, output }: { show: string; output: Output }) {
  const t = useT()
  const problem = useProblemText()
  const change = useSwitchOutput(show)
  const drop = useDropOutput(show)
  const error = change.error ?? drop.error
  return (
    <li className="grid gap-1.5 border-t border-line py-3 first:border-t-0 first:pt-0">
      <div className="flex items-center gap-3">
        <label className="flex min-h-11 min-w-0 flex-1 items-center gap-3">
          <input type="checkbox" checked={change.isPending ? change.variables.enabled : output.enabled} disabled={change.isPending} onChange={(event) => change.mutate({ output: output.id, enabled: event.target.checked })} className="size-5 shrink-0 accent-lantern" />
          <span className="min-w-0 truncate font-semibold">{output.name}</span>
        </label>
        <Badge tone={TONES[output.state]}>{t(`studio.output-state.${output.state}`)}</Badge>
        <IconButton label={t('studio.output-delete', { name: output.name })} disabled={drop.isPending} onClick={() => drop.mutate(output.id)}>
          <Trash2 aria-hidden className="size-4.5" />
        </IconButton>
      </div>
      <p className="truncate text-sm text-muted">{output.url}</p>
      {output.state === 'failing' ? <p className="text-sm text-ember">{t(`studio.output-reason.${reasonOf(output.reason)}`)}</p> : null}
      {error ? <Notice kind="failed">{problem(error)}</Notice> : null}
    </li>
  )
}

/** Where else the show goes: other platforms that take RTMP, each switched on and off by itself. */
export function OutputsCard({ show }: { show: string }) {
  const t = useT()
  const problem = useProblemText()
  const outputs = useQuery(outputsQuery(show))
  const [adding, setAdding] = useState(false)
  const items = outputs.data?.items ?? []
  return (
    <Card title={t('studio.outputs')}>
      <p className="mb-3 text-sm text-muted">{t('studio.outputs-text')}</p>
      {outputs.isError && !outputs.data ? <Notice kind="failed">{problem(outputs.error)}</Notice> : null}
      {items.length > 0 ? (
        <ul className="mb-3">
          {items.map((output) => (
            <Line key={output.id} show={show} output={output} />
          ))}
        </ul>
      ) : null}
      <Button look="secondary" wide icon={<Plus aria-hidden className="size-4" />} onClick={() => setAdding(true)}>
        {t('studio.output-add')}
      </Button>
      {adding ? <OutputSheet show={show} onClose={() => setAdding(false)} /> : null}
    </Card>
  )
}
