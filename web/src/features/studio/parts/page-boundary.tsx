import { ServerCrash } from 'lucide-react'
import { Component, type ReactNode } from 'react'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Empty } from '@/shared/ui/empty'

function Broken() {
  const t = useT()
  return <Empty icon={<ServerCrash aria-hidden />} title={t('state.crash')} text={t('studio.crash-text')} action={<Button onClick={() => location.reload()}>{t('state.reload')}</Button>} />
}

/** Keeps a broken screen from taking the studio's navigation with it. */
export class PageBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    return this.state.failed ? <Broken /> : this.props.children
  }
}
