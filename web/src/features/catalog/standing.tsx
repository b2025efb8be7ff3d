import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ShieldAlert } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { post } from '@/api/client'
import type { Standing as StandingShape } from '@/api/types'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { useSession } from '@/shared/session/session'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { AreaField } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { standingQuery } from './standing-query'

function Appeal({ shopId, appeal }: { shopId: string; appeal: StandingShape['appeal'] }) {
  const t = useT()
  const problem = useProblemText()
  const client = useQueryClient()
  const [writing, setWriting] = useState(false)
  const [words, setWords] = useState('')
  const send = useMutation({
    mutationFn: () => post(`/shops/${shopId}/appeals`, { text: words.trim() }),
    onSuccess: () => client.invalidateQueries(standingQuery(shopId)),
  })
  if (appeal?.state === 'open') return <p className="text-sm text-muted">{t('standing.sent')}</p>
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (words.trim()) send.mutate()
  }
  return (
    <div className="grid gap-3">
      {appeal ? <p className="text-sm">{t('standing.rejected', { answer: appeal.answer ?? '' })}</p> : null}
      {writing ? (
        <form onSubmit={submit} className="grid gap-3">
          <AreaField label={t('standing.words')} value={words} maxLength={1000} required autoFocus onChange={(event) => setWords(event.target.value)} />
          {send.isError ? <Notice kind="failed">{problem(send.error)}</Notice> : null}
          <Button type="submit" className="justify-self-start" busy={send.isPending} disabled={!words.trim()}>
            {t('standing.send')}
          </Button>
        </form>
      ) : (
        <Button look="secondary" className="justify-self-start" onClick={() => setWriting(true)}>
          {t('standing.appeal')}
        </Button>
      )}
    </div>
  )
}

/** Tells a buyer whom the shop has blocked, or asks to pay in advance, why that is and how to object. Nothing for everybody else. */
export function Standing({ shopId }: { shopId: string }) {
  const t = useT()
  const signedIn = useSession((session) => session.status === 'user')
  const { data } = useQuery({ ...standingQuery(shopId), enabled: signedIn })
  if (data?.is_member && !data.is_blocked && !data.is_prepay_only) return <Badge tone="leaf">{t('standing.member')}</Badge>
  if (!data || (!data.is_blocked && !data.is_prepay_only)) return null
  const reason = data.is_blocked ? data.block_reason : data.prepay_reason
  return (
    <section className="grid gap-3 rounded-card border border-ember/40 bg-ember/8 p-4 sm:p-5">
      <h2 className="flex items-center gap-2.5 text-base">
        <ShieldAlert aria-hidden className="size-5 shrink-0 text-ember" />
        {t(data.is_blocked ? 'standing.blocked' : 'standing.prepay')}
      </h2>
      {reason ? <p>{t('standing.reason', { reason })}</p> : null}
      <Appeal shopId={shopId} appeal={data.appeal} />
    </section>
  )
}
