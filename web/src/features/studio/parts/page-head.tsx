import { ChevronLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useTitle } from '@/shared/hooks/title'
import { useT } from '@/shared/i18n/store'

export function PageHead({ title, back, badge, children }: { title: string; back?: string; badge?: ReactNode; children?: ReactNode }) {
  const t = useT()
  useTitle(title)
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
      {back ? (
        <Link to={back} aria-label={t('action.back')} className="-ml-2 grid size-11 place-items-center rounded-full hover:bg-raised">
          <ChevronLeft aria-hidden className="size-6" />
        </Link>
      ) : null}
      <h1 className="min-w-0 flex-1 basis-44 text-2xl sm:flex-initial sm:basis-auto">{title}</h1>
      {badge}
      {children ? <div className="ml-auto flex flex-wrap items-center gap-2">{children}</div> : null}
    </header>
  )
}
