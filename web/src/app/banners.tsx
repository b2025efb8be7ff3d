import { WifiOff } from 'lucide-react'
import { useLocation } from 'react-router'
import { takeUpdate, useUpdate } from '@/pwa/register'
import { useOnline } from '@/shared/hooks/online'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'

/** Offline, and "a new version waits" (kept quiet while somebody pays). */
export function Banners() {
  const t = useT()
  const online = useOnline()
  const waiting = useUpdate((state) => state.waiting)
  const { pathname } = useLocation()
  const paying = /^\/(checkout|pay)/.test(pathname)
  return (
    <div aria-live="polite">
      {online ? null : (
        <p className="flex items-center justify-center gap-2 bg-amber px-4 py-2 text-center text-sm font-semibold text-ink">
          <WifiOff aria-hidden className="size-4 shrink-0" />
          {t('state.offline')}
        </p>
      )}
      {waiting && !paying ? (
        <p className="flex items-center justify-center gap-3 bg-raised px-4 py-1.5 text-sm">
          {t('state.update-ready')}
          <Button size="small" look="secondary" onClick={() => takeUpdate(waiting)}>
            {t('state.update')}
          </Button>
        </p>
      ) : null}
    </div>
  )
}
