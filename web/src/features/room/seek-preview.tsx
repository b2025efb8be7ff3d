import { useQuery } from '@tanstack/react-query'
import { formatClock } from '@/shared/format/format'
import { usePlayer } from '@/shared/player/store'
import { parseThumbnails, thumbnailAt } from './picture/thumbnails'

interface Props {
  at: number
  /** 0–1 along the bar. */
  share: number
  title?: string | undefined
}

async function readThumbnails(url: string) {
  const answer = await fetch(url)
  return answer.ok ? parseThumbnails(await answer.text(), answer.url || url) : []
}

/** What one would see when going there: a small picture where there is one, the item of that time, and the time. */
export function SeekPreview({ at, share, title }: Props) {
  const live = usePlayer((state) => state.live)
  const end = usePlayer((state) => state.end)
  const url = usePlayer((state) => state.thumbnails)
  const { data } = useQuery({ queryKey: ['thumbnails', url], queryFn: () => readThumbnails(url ?? ''), enabled: url !== null, staleTime: Infinity })
  const picture = live || !data ? undefined : thumbnailAt(data, at)
  return (
    <span aria-hidden style={{ left: `clamp(3.5rem, ${share * 100}%, calc(100% - 3.5rem))` }} className="pointer-events-none absolute bottom-full mb-1 grid -translate-x-1/2 justify-items-center gap-1 rounded-xl bg-black/80 p-1 text-xs font-semibold text-white">
      {picture ? <span className="block rounded-lg" style={{ width: picture.width, height: picture.height, background: `url("${picture.url}") -${picture.x}px -${picture.y}px` }} /> : null}
      {title ? <span className="max-w-40 truncate px-1">{title}</span> : null}
      <span className="tabular px-1">{live ? `−${formatClock(Math.max(0, end - at))}` : formatClock(at)}</span>
    </span>
  )
}
