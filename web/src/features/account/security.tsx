import { useMutation, useQuery } from '@tanstack/react-query'
import { KeyRound, MailCheck, ShieldCheck, SquareAsterisk } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { post } from '@/api/client'
import type { User } from '@/api/types'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { Button } from '@/shared/ui/button'
import { Failure } from '@/shared/ui/empty'
import { notify } from '@/shared/ui/notice'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { Card } from './card'
import { PasskeysSheet } from './passkeys-sheet'
import { PasswordSheet } from './password-sheet'
import { securityQuery } from './queries'
import { TwoFactorSheet } from './two-factor-sheet'

function Row({ icon, title, state, children }: { icon: ReactNode; title: string; state: ReactNode; children: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center gap-3 py-3 first:pt-0">
      {icon}
      <div className="min-w-0 grow">
        <p className="font-medium">{title}</p>
        <div className="text-sm text-muted">{state}</div>
      </div>
      {children}
    </li>
  )
}

function EmailRow({ user }: { user: User }) {
  const t = useT()
  const text = useProblemText()
  const mail = useMutation({
    mutationFn: () => post('/me/email/verification'),
    onSuccess: () => notify(t('account.verification-mailed'), 'done'),
    onError: (error) => notify(text(error), 'failed'),
  })
  return (
    <Row icon={<MailCheck aria-hidden className="size-5 text-muted" />} title={t('auth.email')} state={<span className="break-all">{user.email}</span>}>
      {user.email_verified ? (
        <Badge tone="leaf">{t('account.verified')}</Badge>
      ) : (
        <Button size="small" look="secondary" busy={mail.isPending} disabled={mail.isSuccess} onClick={() => mail.mutate()}>
          {t('account.mail-verification')}
        </Button>
      )}
    </Row>
  )
}

/** How this account is entered: address, password, authenticator app, passkeys. */
export function SecurityCard({ user }: { user: User }) {
  const t = useT()
  const security = useQuery(securityQuery)
  const [open, setOpen] = useState<'password' | 'totp' | 'passkeys' | null>(null)
  const close = () => setOpen(null)
  const found = security.data
  return (
    <Card title={t('account.security')}>
      {security.isPending ? <ListSkeleton rows={3} className="h-14" /> : null}
      {security.isError ? <Failure error={security.error} onRetry={() => void security.refetch()} /> : null}
      {found ? (
        <ul className="divide-y divide-line">
          <EmailRow user={user} />
          <Row icon={<SquareAsterisk aria-hidden className="size-5 text-muted" />} title={t('auth.password')} state={t('account.password-text')}>
            <Button size="small" look="secondary" onClick={() => setOpen('password')}>
              {t('account.change')}
            </Button>
          </Row>
          <Row icon={<ShieldCheck aria-hidden className="size-5 text-muted" />} title={t('account.totp')} state={found.totp ? t('account.totp-on', { left: found.recovery_codes_left }) : t('account.totp-text')}>
            <Button size="small" look="secondary" onClick={() => setOpen('totp')}>
              {t(found.totp ? 'account.change' : 'account.set-up')}
            </Button>
          </Row>
          <Row icon={<KeyRound aria-hidden className="size-5 text-muted" />} title={t('account.passkeys')} state={t('account.passkeys-count', { count: found.passkeys })}>
            <Button size="small" look="secondary" onClick={() => setOpen('passkeys')}>
              {t(found.passkeys ? 'account.change' : 'account.set-up')}
            </Button>
          </Row>
        </ul>
      ) : null}
      {open === 'password' ? <PasswordSheet onClose={close} /> : null}
      {open === 'totp' && found ? <TwoFactorSheet on={found.totp} onClose={close} /> : null}
      {open === 'passkeys' ? <PasskeysSheet onClose={close} /> : null}
    </Card>
  )
}
