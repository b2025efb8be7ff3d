import type { ReactNode } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Notice } from '@/shared/ui/notice'
import { Sheet } from '@/shared/ui/sheet'

interface Props {
  title: string
  text: string
  action: string
  danger?: boolean
  busy?: boolean
  error?: unknown
  onConfirm: () => void
  onClose: () => void
  children?: ReactNode
}

/** Asks once more before something that cannot be taken back. */
export function ConfirmSheet({ title, text, action, danger, busy, error, onConfirm, onClose, children }: Props) {
  const t = useT()
  const problem = useProblemText()
  return (
    <Sheet
      title={title}
      onClose={onClose}
      footer={
        <div className="flex gap-3 pb-2">
          <Button look="secondary" wide onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button look={danger ? 'danger' : 'primary'} wide busy={busy ?? false} onClick={onConfirm}>
            {action}
          </Button>
        </div>
      }
    >
      <div className="grid gap-4">
        <p className="text-muted">{text}</p>
        {children}
        {error ? <Notice kind="failed">{problem(error)}</Notice> : null}
      </div>
    </Sheet>
  )
}
