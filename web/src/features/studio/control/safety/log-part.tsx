import { useInfiniteQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { formatDate } from '@/shared/format/format'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useLocale, useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Failure } from '@/shared/ui/empty'
import { notify } from '@/shared/ui/notice'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { downloadChat, moderationLogQuery } from '../../api/moderation'
import { MoreButton } from '../../parts/more-button'
import { useShop } from '../../shop-context'
import { useFloor } from '../floor-context'
import { logQuote, logText } from './log-words'

function Export() {
  const t = useT()
  const problem = useProblemText()
  const { show } = useFloor()
  const [busy, setBusy] = useState(false)
  const take = () => {
    setBusy(true)
    downloadChat(show.id)
      .catch((error: unknown) => notify(problem(error), 'failed'))
      .finally(() => setBusy(false))
  }
  return (
    <div className="grid gap-1.5">
      <Button look="secondary" busy={busy} icon={<Download aria-hidden className="size-4.5" />} onClick={take}>
        {t('studio.export')}
      </Button>
      <p className="text-[13px] text-muted">{t('studio.export-text')}</p>
    </div>
  )
}

/** Who did what to whom, newest first; and the chat itself as a file. */
export function LogPart() {
  const t = useT()
  const locale = useLocale()
  const shop = useShop()
  const { show } = useFloor()
  const log = useInfiniteQuery(moderationLogQuery(show.id))
  const rows = log.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div className="grid gap-4">
      <Export />
      {log.isPending ? <ListSkeleton rows={5} className="h-12" /> : null}
      {log.isError && !log.data ? <Failure error={log.error} onRetry={() => void log.refetch()} /> : null}
      {log.isSuccess && rows.length === 0 ? <p className="py-6 text-center text-muted">{t('studio.log-empty')}</p> : null}
      <ol className="divide-y divide-line">
        {rows.map((entry) => {
          const quote = logQuote(entry)
          return (
            <li key={entry.id} className="py-2.5 text-sm leading-snug">
              <p>
                <strong>{entry.by?.name ?? t('studio.log-itself')}</strong> {logText(t, entry)}
              </p>
              {quote ? <blockquote className="mt-1 line-clamp-2 border-l-2 border-line pl-2.5 text-[13px] text-muted">{quote}</blockquote> : null}
              <time dateTime={entry.at} className="tabular text-xs text-muted">
                {formatDate(entry.at, locale, 'short', shop.market)}
              </time>
            </li>
          )
        })}
      </ol>
      <MoreButton pages={log} />
    </div>
  )
}
