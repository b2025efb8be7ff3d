import { useQuery } from '@tanstack/react-query'
import { UserMinus, UserPlus } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { Button, IconButton } from '@/shared/ui/button'
import { Failure } from '@/shared/ui/empty'
import { Field, SelectField } from '@/shared/ui/field'
import { Notice, notify } from '@/shared/ui/notice'
import { ListSkeleton } from '@/shared/ui/skeleton'
import { membersQuery, useMemberChange } from '../api/shops'
import type { Member, Role } from '../api/types'
import { Card } from '../parts/card'
import { ConfirmSheet } from '../parts/confirm-sheet'
import { GIVEN_ROLES } from '../policy'
import { useMay, useShop } from '../shop-context'

function RoleSelect({ value, label, hidden, onChange }: { value: Role; label: string; hidden?: boolean; onChange: (role: Role) => void }) {
  const t = useT()
  return (
    <SelectField label={label} labelHidden={hidden ?? false} value={value} onChange={(event) => onChange(event.target.value as Role)}>
      {GIVEN_ROLES.map((role) => (
        <option key={role} value={role}>
          {t(`studio.role.${role}`)}
        </option>
      ))}
    </SelectField>
  )
}

function AddMember() {
  const t = useT()
  const problem = useProblemText()
  const shop = useShop()
  const change = useMemberChange(shop.id)
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('host')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!email.trim()) return
    change.mutate(
      { kind: 'add', email: email.trim(), role },
      {
        onSuccess: () => {
          setEmail('')
          notify(t('studio.member-added'), 'done')
        },
      },
    )
  }
  return (
    <form onSubmit={submit} className="mt-3 grid gap-3 border-t border-line pt-4">
      <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_11rem]">
        <Field label={t('auth.email')} type="email" value={email} required autoComplete="off" onChange={(event) => setEmail(event.target.value)} />
        <RoleSelect label={t('studio.role')} value={role} onChange={setRole} />
      </div>
      <p className="text-sm text-muted">{t(`studio.role-text.${role as 'host'}`)}</p>
      {change.isError ? <Notice kind="failed">{problem(change.error)}</Notice> : null}
      <Button type="submit" look="secondary" className="justify-self-start" busy={change.isPending} disabled={!email.trim()} icon={<UserPlus aria-hidden className="size-5" />}>
        {t('studio.member-add')}
      </Button>
    </form>
  )
}

export function Members() {
  const t = useT()
  const problem = useProblemText()
  const shop = useShop()
  const mayManage = useMay('manage')
  const members = useQuery(membersQuery(shop.id))
  const change = useMemberChange(shop.id)
  const [leaving, setLeaving] = useState<Member | null>(null)
  const failed = (error: unknown) => notify(problem(error), 'failed')
  return (
    <Card title={t('studio.members')}>
      {members.isPending ? <ListSkeleton rows={2} className="h-14" /> : null}
      {members.isError && !members.data ? <Failure error={members.error} onRetry={() => void members.refetch()} /> : null}
      <ul className="divide-y divide-line">
        {members.data?.items.map((member) => (
          <li key={member.user_id} className="flex min-h-15 items-center gap-3 py-2">
            <span className="min-w-0 grow truncate font-medium">{member.display_name}</span>
            {mayManage && member.role !== 'owner' ? (
              <>
                <div className="w-36">
                  <RoleSelect label={t('studio.role')} hidden value={member.role} onChange={(role) => change.mutate({ kind: 'role', user: member.user_id, role }, { onError: failed })} />
                </div>
                <IconButton label={`${t('studio.member-remove')}: ${member.display_name}`} onClick={() => setLeaving(member)}>
                  <UserMinus aria-hidden className="size-5" />
                </IconButton>
              </>
            ) : (
              <Badge>{t(`studio.role.${member.role}`)}</Badge>
            )}
          </li>
        ))}
      </ul>
      {mayManage ? <AddMember /> : null}
      {leaving ? (
        <ConfirmSheet
          title={t('studio.member-remove')}
          text={t('studio.member-remove-text', { name: leaving.display_name })}
          action={t('studio.member-remove')}
          danger
          busy={change.isPending}
          onClose={() => setLeaving(null)}
          onConfirm={() => change.mutate({ kind: 'remove', user: leaving.user_id }, { onError: failed, onSettled: () => setLeaving(null) })}
        />
      ) : null}
    </Card>
  )
}
