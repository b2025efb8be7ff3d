import type { ReactNode } from 'react'

export function Card({ title, aside, children }: { title?: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="rounded-card border border-line bg-surface p-5">
      {title ? (
        <div className="mb-4 flex min-h-9 items-center justify-between gap-3">
          <h2 className="shrink-0 text-lg">{title}</h2>
          {aside}
        </div>
      ) : null}
      {children}
    </section>
  )
}
