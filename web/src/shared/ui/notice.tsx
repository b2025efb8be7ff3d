import { CircleAlert, CircleCheck, Info } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { create } from 'zustand'
import { cx } from './classes'

type Kind = 'info' | 'done' | 'failed'
interface Toast {
  id: number
  kind: Kind
  text: string
}

const useToasts = create<{ toasts: Toast[] }>(() => ({ toasts: [] }))
let next = 0

export function notify(text: string, kind: Kind = 'info'): void {
  const id = (next += 1)
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), { id, kind, text }] }))
  setTimeout(() => useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) })), 4500)
}

const ICONS: Record<Kind, ReactNode> = {
  info: <Info aria-hidden className="size-5 text-link" />,
  done: <CircleCheck aria-hidden className="size-5 text-leaf" />,
  failed: <CircleAlert aria-hidden className="size-5 text-ember" />,
}

/** A popover, shown anew with every toast: only so it lies above a modal sheet that was opened before. */
export function Toasts() {
  const toasts = useToasts((state) => state.toasts)
  const layer = useRef<HTMLDivElement>(null)
  const newest = toasts.at(-1)?.id
  useEffect(() => {
    const node = layer.current
    if (!node || !('showPopover' in node)) return
    node.hidePopover()
    if (newest) node.showPopover()
  }, [newest])
  return (
    <div
      ref={layer}
      popover="manual"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 top-[max(0.75rem,env(safe-area-inset-top))] bottom-auto z-50 m-0 hidden w-auto justify-items-center gap-2 border-0 bg-transparent p-0 px-4 text-text open:grid"
    >
      {toasts.map((toast) => (
        <div key={toast.id} className="flex max-w-md animate-rise items-center gap-2.5 rounded-2xl border border-line bg-surface px-4 py-3 text-sm font-medium shadow-card">
          {ICONS[toast.kind]}
          <span>{toast.text}</span>
        </div>
      ))}
    </div>
  )
}

/** A message that belongs to a place on the page. */
export function Notice({ kind = 'info', children }: { kind?: Kind; children: ReactNode }) {
  return (
    <div
      role={kind === 'failed' ? 'alert' : 'status'}
      className={cx('flex items-start gap-2.5 rounded-xl border px-4 py-3 text-sm', kind === 'failed' ? 'border-ember/40 bg-ember/10' : kind === 'done' ? 'border-leaf/40 bg-leaf/10' : 'border-line bg-raised')}
    >
      <span className="mt-px shrink-0">{ICONS[kind]}</span>
      <div className="grow">{children}</div>
    </div>
  )
}
