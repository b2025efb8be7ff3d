import { useMutation } from '@tanstack/react-query'
import { post } from '@/api/client'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { notify } from '@/shared/ui/notice'
import { Way } from './way'

/** A LINE account is linked by sending its owner's code to ours. */
export function LineLink() {
  const t = useT()
  const text = useProblemText()
  const ask = useMutation({
    mutationFn: () => post<{ code: string; friend_url: string | null }>('/me/contacts/line'),
    onError: (error) => notify(text(error), 'failed'),
  })
  return (
    <Way name={t('told.line')} text={ask.data ? t('told.line-steps') : t('told.no-line')}>
      {ask.data ? (
        <span className="flex flex-wrap items-center gap-3">
          <output className="rounded-xl bg-raised px-4 py-2 font-mono text-lg font-bold select-all">{ask.data.code}</output>
          {ask.data.friend_url ? (
            <a href={ask.data.friend_url} target="_blank" rel="noreferrer" className="inline-flex min-h-11 items-center font-semibold text-sky">
              {t('told.open-line')}
            </a>
          ) : null}
        </span>
      ) : (
        <Button look="secondary" size="small" className="min-h-11" busy={ask.isPending} onClick={() => ask.mutate()}>
          {t('told.link-line')}
        </Button>
      )}
    </Way>
  )
}
