import { Megaphone, X } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/shared/i18n/store'
import { cx } from '@/shared/ui/classes'
import { useLive } from '../room-context'

/** Words of the shop to everybody, until they are put away or replaced. */
export default function AnnouncementBar({ className }: { className?: string }) {
  const t = useT()
  const announcement = useLive((state) => state.announcement)
  const [closed, setClosed] = useState<string | null>(null)
  const open = announcement && announcement.id !== closed
  return (
    <div role="status" aria-label={t('room.announcement')}>
      {open ? (
        <div className={cx('flex animate-fade items-start rounded-xl bg-amber text-ink', className)}>
          <Megaphone aria-hidden className="mt-3.5 ml-3 size-4 shrink-0" />
          <p className="max-h-24 min-w-0 grow overflow-y-auto py-2.5 pl-2 text-sm leading-snug font-semibold text-pretty">{announcement.text}</p>
          <button type="button" aria-label={t('room.announcement-close')} onClick={() => setClosed(announcement.id)} className="grid size-11 shrink-0 place-items-center">
            <X aria-hidden className="size-4.5" />
          </button>
        </div>
      ) : null}
    </div>
  )
}
