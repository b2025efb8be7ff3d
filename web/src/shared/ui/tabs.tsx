import { cx } from './classes'

interface Tab<Id extends string> {
  id: Id
  label: string
  count?: number
}

/** A row of pills; the panel below carries `role="tabpanel"` with `id={`${name}-panel`}`. */
export function Tabs<Id extends string>({ name, tabs, value, onChange, label }: { name: string; tabs: Tab<Id>[]; value: Id; onChange: (id: Id) => void; label: string }) {
  const move = (step: number) => {
    const at = tabs.findIndex((tab) => tab.id === value)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (!next) return
    onChange(next.id)
    document.getElementById(`${name}-${next.id}`)?.focus()
  }
  return (
    <div role="tablist" aria-label={label} className="no-scrollbar -mx-1 flex gap-2 overflow-x-auto p-1">
      {tabs.map((tab) => (
        <button
          key={tab.id}
          id={`${name}-${tab.id}`}
          type="button"
          role="tab"
          aria-selected={tab.id === value}
          aria-controls={`${name}-panel`}
          tabIndex={tab.id === value ? 0 : -1}
          onClick={() => onChange(tab.id)}
          onKeyDown={(event) => {
            if (event.key === 'ArrowRight') move(1)
            if (event.key === 'ArrowLeft') move(-1)
          }}
          className={cx('inline-flex min-h-11 shrink-0 items-center gap-1.5 rounded-pill px-4 text-sm font-semibold transition-colors', tab.id === value ? 'bg-text text-ground' : 'bg-raised text-muted hover:text-text')}
        >
          {tab.label}
          {tab.count ? <span className="tabular text-xs opacity-75">{tab.count}</span> : null}
        </button>
      ))}
    </div>
  )
}
