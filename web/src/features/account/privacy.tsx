import { useMutation } from '@tanstack/react-query'
import { patch } from '@/api/client'
import type { User } from '@/api/types'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { updateUser } from '@/shared/session/session'
import { notify } from '@/shared/ui/notice'
import { Card } from './card'

/** Whether a room may name this person when they come in or buy. */
export function Privacy({ user }: { user: User }) {
  const t = useT()
  const text = useProblemText()
  const save = useMutation({
    mutationFn: (show_activity: boolean) => patch<User>('/me', { show_activity }),
    onSuccess: (saved) => {
      updateUser(saved)
      notify(t('account.saved'), 'done')
    },
    onError: (error) => notify(text(error), 'failed'),
  })
  const on = save.isPending ? save.variables : user.show_activity
  return (
    <Card title={t('account.privacy')}>
      <label className="flex min-h-12 cursor-pointer items-start gap-3.5">
        <span className="grow">
          <span className="block font-medium">{t('account.show-activity')}</span>
          <span className="block text-sm text-muted">{t('account.show-activity-text')}</span>
        </span>
        <input type="checkbox" role="switch" checked={on} disabled={save.isPending} onChange={(event) => save.mutate(event.target.checked)} className="mt-1 size-6 shrink-0 accent-lantern" />
      </label>
    </Card>
  )
}
