import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useT } from '@/shared/i18n/store'
import { Lantern } from '@/shared/ui/lantern'

export function Section({ title, to, lit, children }: { title: string; to?: string; lit?: boolean; children: ReactNode }) {
  const t = useT()
  return (
    <section>
      <div className="mb-3.5 flex items-center gap-2">
        {lit ? <Lantern className="h-6 animate-glow" /> : null}
        <h2 className="grow text-xl">{title}</h2>
        {to ? (
          <Link to={to} className="inline-flex min-h-11 items-center gap-0.5 text-sm font-semibold text-link">
            {t('action.see-all')}
            <ChevronRight aria-hidden className="size-4" />
          </Link>
        ) : null}
      </div>
      {children}
    </section>
  )
}
