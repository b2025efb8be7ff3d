import type { ReactNode } from 'react'
import { cx } from '@/shared/ui/classes'

interface Props {
  title: string
  icon: ReactNode
  aside?: ReactNode
  className?: string
  /** The content scrolls within what is left of the column. */
  fill?: boolean
  children: ReactNode
}

export function Panel({ title, icon, aside, className, fill, children }: Props) {
  return (
    <section aria-label={title} className={cx('flex flex-col overflow-hidden rounded-2xl border border-line bg-surface', fill && 'min-h-0 grow', className)}>
      <header className="flex min-h-11 items-center gap-2 px-3.5 pt-1">
        <span className="text-gold [&>svg]:size-4.5">{icon}</span>
        <h2 className="grow truncate text-[15px]">{title}</h2>
        {aside}
      </header>
      <div className={cx('px-3.5 pb-3.5', fill && 'flex min-h-0 grow flex-col')}>{children}</div>
    </section>
  )
}
