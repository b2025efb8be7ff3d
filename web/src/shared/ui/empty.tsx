import { CloudOff, RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Button } from './button'

interface EmptyProps {
  icon: ReactNode
  title: string
  text?: string
  action?: ReactNode
  /** When it stands for a whole page. */
  page?: boolean
}

/** A state with nothing to show still says what to do next. */
export function Empty({ icon, title, text, action, page }: EmptyProps) {
  const Heading = page ? 'h1' : 'h2'
  return (
    <div className="grid animate-rise justify-items-center gap-3 px-6 py-14 text-center">
      <div className="grid size-20 place-items-center rounded-full bg-raised text-gold [&>svg]:size-9">{icon}</div>
      <Heading className="text-lg">{title}</Heading>
      {text ? <p className="max-w-sm text-muted">{text}</p> : null}
      {action ? <div className="mt-2">{action}</div> : null}
    </div>
  )
}

export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useT()
  const text = useProblemText()
  return (
    <div role="alert">
      <Empty
        icon={<CloudOff aria-hidden />}
        title={t('state.failed')}
        text={text(error)}
        action={
          onRetry ? (
            <Button look="secondary" icon={<RotateCcw aria-hidden className="size-4" />} onClick={onRetry}>
              {t('action.retry')}
            </Button>
          ) : undefined
        }
      />
    </div>
  )
}
