import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { post } from '@/api/client'
import type { Standing } from '@/api/types'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { AreaField } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { standingQuery } from '@/shared/standing/standing-query'

/** Asks the shop to look again. `phone`: of the parcel it refused, where the account alone is not blocked. */
export function Appeal({ shopId, appeal, phone }: { shopId: string; appeal: Standing['appeal']; phone?: string | undefined }) {
  const t = useT()
  const problem = useProblemText()
  const client = useQueryClient()
  const [writing, setWriting] = useState(false)
  const [words, setWords] = useState('')
  const send = useMutation({
    mutationFn: () => post(`/shops/${shopId}/appeals`, { text: words.trim(), ...(phone && { phone }) }),
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
