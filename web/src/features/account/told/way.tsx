import type { ReactNode } from 'react'

/** One way to reach a person: its name, where it leads, what can be done about it. */
export function Way({ name, text, children }: { name: string; text: string; children?: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
      <div className="min-w-40 grow">
        <p className="font-medium">{name}</p>
        <p className="text-sm break-all text-muted">{text}</p>
      </div>
      {children}
    </li>
  )
}
