import { ServerCrash } from 'lucide-react'
import { Component, type ReactNode } from 'react'
import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { Empty } from '@/shared/ui/empty'

function CrashPage() {
  const t = useT()
  return (
    <main className="grid min-h-dvh place-items-center">
      <Empty
        page
        icon={<ServerCrash aria-hidden />}
        title={t('state.crash')}
        text={t('state.crash-text')}
        action={<Button onClick={() => location.reload()}>{t('state.reload')}</Button>}
      />
    </main>
  )
}

/** A broken screen, or a chunk of an older version that is gone from the server, ends in words and a way on. */
export class Crash extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    return this.state.failed ? <CrashPage /> : this.props.children
  }
}
