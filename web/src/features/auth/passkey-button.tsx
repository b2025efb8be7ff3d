import { useMutation } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { post } from '@/api/client'
import type { SessionGrant } from '@/api/types'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { askPasskey, hasPasskeys, wasDismissed } from '@/shared/account/passkeys'
import { beginSession } from '@/shared/session/session'
import { Button } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'

export function PasskeyButton({ onDone }: { onDone: () => void }) {
  const t = useT()
  const text = useProblemText()
  const login = useMutation({
    mutationFn: async () => post<SessionGrant>('/auth/passkeys', await askPasskey()),
    onSuccess: (grant) => {
      beginSession(grant)
      onDone()
    },
  })
  if (!hasPasskeys()) return null
  return (
    <div className="mt-3 grid gap-3">
      <Button look="secondary" wide icon={<KeyRound aria-hidden className="size-5" />} busy={login.isPending} onClick={() => login.mutate()}>
        {t('auth.use-passkey')}
      </Button>
      {login.isError && !wasDismissed(login.error) ? <Notice kind="failed">{text(login.error)}</Notice> : null}
    </div>
  )
}
