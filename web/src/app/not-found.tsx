import { Compass } from 'lucide-react'
import { useTitle } from '@/shared/hooks/title'
import { useT } from '@/shared/i18n/store'
import { ButtonLink } from '@/shared/ui/button'
import { Empty } from '@/shared/ui/empty'

export default function NotFound() {
  const t = useT()
  useTitle(t('state.not-found'))
  return (
    <Empty
      page
      icon={<Compass aria-hidden />}
      title={t('state.not-found')}
      text={t('state.not-found-text')}
      action={<ButtonLink to="/">{t('action.go-home')}</ButtonLink>}
    />
  )
}
