import { useQuery } from '@tanstack/react-query'
import { Bell as BellIcon } from 'lucide-react'
import { useEffect } from 'react'
import { Link } from 'react-router'
import { unreadQuery } from '@/shared/data/inbox'
import { keepPush } from '@/shared/data/push'
import { useT } from '@/shared/i18n/store'
import { useUser } from '@/shared/session/session'

/** The way to the inbox, with how much of it is new. */
export default function Bell() {
  const t = useT()
  const user = useUser()
  const { data } = useQuery({ ...unreadQuery, enabled: user !== null })
  const id = user?.id
  useEffect(() => {
    if (id) void keepPush(id).catch(() => undefined)
  }, [id])
  const count = data?.unread ?? 0
  return (
    <Link to="/notifications" aria-label={t('nav.inbox', { count })} className="grid size-11 place-items-center rounded-full text-muted hover:bg-raised">
      <span className="relative">
        <BellIcon aria-hidden className="size-5.5" />
        {count > 0 ? (
          <span aria-hidden className="tabular absolute -top-1.5 -right-2 grid h-4.5 min-w-4.5 place-items-center rounded-full bg-lantern px-1 text-[11px] leading-none font-bold text-on-lantern">
            {count > 99 ? '99+' : count}
          </span>
        ) : null}
      </span>
    </Link>
  )
}
