import { useCallback } from 'react'
import { useT } from '@/shared/i18n/store'
import { notify } from '@/shared/ui/notice'
import { useScene } from './room-context'

export function useShare(): () => void {
  const t = useT()
  const { stream } = useScene()
  return useCallback(() => {
    const url = `${location.origin}/live/${stream.id}`
    const fallback = () => navigator.clipboard?.writeText(url).then(() => notify(t('room.shared'), 'done'))
    if (navigator.share) void navigator.share({ title: stream.title, url }).catch((error: unknown) => (error instanceof DOMException && error.name === 'AbortError' ? undefined : fallback()))
    else void fallback()
  }, [stream.id, stream.title, t])
}
