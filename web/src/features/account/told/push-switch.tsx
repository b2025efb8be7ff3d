import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { inboxKeys } from '@/shared/data/inbox'
import { pushState, turnPushOff, turnPushOn, type PushState } from '@/shared/data/push'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT, type MessageId } from '@/shared/i18n/store'
import { useUser } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { notify } from '@/shared/ui/notice'
import { Way } from './way'

const TEXTS: Record<PushState, MessageId> = { missing: 'told.push-missing', denied: 'told.push-denied', off: 'told.push-is-off', on: 'told.push-is-on' }
const KEY = ['me', 'push'] as const

/** Whether this browser is woken when there is news. */
export function PushSwitch() {
  const t = useT()
  const text = useProblemText()
  const client = useQueryClient()
  const id = useUser()?.id ?? ''
  const { data: state = 'off' } = useQuery({ queryKey: KEY, queryFn: () => pushState(id), enabled: id !== '' })
  const turn = useMutation({
    mutationFn: () => (state === 'on' ? turnPushOff() : turnPushOn(id)),
    onSuccess: (next) => client.setQueryData(KEY, next),
    onError: (error) => notify(text(error), 'failed'),
    onSettled: () => client.invalidateQueries({ queryKey: inboxKeys.choices }),
  })
  return (
    <Way name={`${t('told.push')} · ${t('told.push-here')}`} text={t(TEXTS[state])}>
      {state === 'on' || state === 'off' ? (
        <Button look="secondary" size="small" className="min-h-11" busy={turn.isPending} onClick={() => turn.mutate()}>
          {t(state === 'on' ? 'told.push-off' : 'told.push-on')}
        </Button>
      ) : null}
    </Way>
  )
}
