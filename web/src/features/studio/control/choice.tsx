import type { ReactNode } from 'react'
import { cx } from '@/shared/ui/classes'

/** One thing to do, in a sheet of several. */
export function Choice({ icon, label, danger, onClick }: { icon: ReactNode; label: string; danger?: boolean; onClick: () => void }) {
  return (
    <button type="button" onClick={onClick} className={cx('flex min-h-13 w-full items-center gap-3.5 rounded-xl px-3 py-1.5 text-left leading-snug font-medium hover:bg-raised [&>svg]:size-5 [&>svg]:shrink-0', danger && 'text-ember')}>
      {icon}
      {label}
    </button>
  )
}
