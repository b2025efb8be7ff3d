import type { ReactNode } from 'react'
import { cx } from '@/shared/ui/classes'

export function Card({ title, aside, className, children }: { title?: string; aside?: ReactNode; className?: string; children: ReactNode }) {
  return (
    <section className={cx('rounded-card border border-line bg-surface p-4 sm:p-5', className)}>
      {title ? (
        <header className="mb-3 flex min-h-9 items-center justify-between gap-3">
          <h2 className="text-lg">{title}</h2>
          {aside}
        </header>
      ) : null}
      {children}
    </section>
  )
}
