import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useLocation } from 'react-router'
import { choicesQuery } from '@/shared/data/inbox'
import { useT } from '@/shared/i18n/store'
import { Failure } from '@/shared/ui/empty'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { Card } from '../card'
import { Switches } from './switches'
import { Ways } from './ways'

/** What this person is told outside the inbox, and where to. */
export default function Told() {
  const t = useT()
  const choices = useQuery(choicesQuery)
  const { hash } = useLocation()
  const here = useRef<HTMLDivElement>(null)
  const isAimed = hash === '#told'
  const isThere = choices.isSuccess
  useEffect(() => {
    if (isAimed && isThere) here.current?.scrollIntoView({ block: 'start' })
  }, [isAimed, isThere])
  return (
    <div ref={here} id="told" className="scroll-mt-20">
      <Card title={t('told.title')}>
        <p className="-mt-2 mb-4 text-sm text-muted">{t('told.lead')}</p>
        {choices.isPending ? <ListSkeleton rows={3} className="h-16" /> : null}
        {choices.isError ? <Failure error={choices.error} onRetry={() => void choices.refetch()} /> : null}
        {choices.data ? (
          <>
            <Switches choices={choices.data} />
            <Ways channels={choices.data.channels} />
          </>
        ) : null}
      </Card>
    </div>
  )
}
