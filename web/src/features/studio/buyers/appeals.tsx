import { useQuery } from '@tanstack/react-query'
import { Scale } from 'lucide-react'
import { useState } from 'react'
import { formatDate } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useLocale, useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { Empty, Failure } from '@/shared/ui/empty'
import { AreaField } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { appealsQuery, useAnswerAppeal } from '../api/buyers'
import type { Appeal } from '../api/types'
import { useMay, useShop } from '../shop-context'

const TONES = { open: 'gold', accepted: 'leaf', rejected: 'plain' } as const

function Row({ appeal }: { appeal: Appeal }) {
  const t = useT()
  const problem = useProblemText()
  const locale = useLocale()
  const shop = useShop()
  const mayDecide = useMay('moderate')
  const answer = useAnswerAppeal(shop.id)
  const [words, setWords] = useState('')
  const say = (accept: boolean) => answer.mutate({ id: appeal.id, accept, answer: words.trim() })
  return (
    <li className="grid gap-2.5 rounded-card border border-line bg-surface p-4">
      <div className="flex flex-wrap items-center gap-2">
        <span className="min-w-0 grow truncate font-semibold">{appeal.display_name}</span>
        <Badge tone={TONES[appeal.state]}>{t(`studio.appeal.${appeal.state}`)}</Badge>
        <time dateTime={appeal.made_at} className="text-sm text-muted">
          {formatDate(appeal.made_at, locale, 'short', shop.market)}
        </time>
      </div>
      <p className="whitespace-pre-line">{appeal.text}</p>
      {appeal.answer ? <p className="rounded-xl bg-raised px-3.5 py-2.5 text-sm whitespace-pre-line">{appeal.answer}</p> : null}
      {appeal.state === 'open' && mayDecide ? (
        <>
          <AreaField label={t('studio.appeal.answer')} value={words} maxLength={1000} rows={2} onChange={(event) => setWords(event.target.value)} />
          {answer.isError ? <Notice kind="failed">{problem(answer.error)}</Notice> : null}
          <div className="grid grid-cols-2 gap-2.5">
            <Button look="secondary" busy={answer.isPending} onClick={() => say(false)}>
              {t('studio.appeal.reject')}
            </Button>
            <Button busy={answer.isPending} onClick={() => say(true)}>
              {t('studio.appeal.accept')}
            </Button>
          </div>
        </>
      ) : null}
    </li>
  )
}

/** What buyers say against a block or the duty to pay in advance; accepting lifts it. */
export function Appeals() {
  const t = useT()
  const shop = useShop()
  const list = useQuery(appealsQuery(shop.id, null))
  if (list.isPending) return <ListSkeleton rows={3} className="h-28" />
  if (list.isError && !list.data) return <Failure error={list.error} onRetry={() => void list.refetch()} />
  if (list.data.items.length === 0) return <Empty icon={<Scale aria-hidden />} title={t('studio.appeal.none')} />
  return (
    <ul className="grid grid-cols-[minmax(0,1fr)] gap-2.5">
      {list.data.items.map((appeal) => (
        <Row key={`${appeal.id}-${appeal.state}`} appeal={appeal} />
      ))}
    </ul>
  )
}
