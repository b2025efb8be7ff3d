import { Flame } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useLocale, useT } from '@/shared/i18n/store'
import { useScene } from '../room-context'
import { addJoined, addSale, nextLine, nothing, type Line } from './activity'

const SHOWN_MS = 3000

/** One line at a time, each for a moment; what comes meanwhile waits, summed up. */
function useLines(): { line: Line; id: number } | null {
  const { room } = useScene()
  const waiting = useRef(nothing)
  const [shown, setShown] = useState<{ line: Line; id: number } | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    let id = 0
    const turn = () => {
      const [line, rest] = nextLine(waiting.current)
      waiting.current = rest
      setShown(line && { line, id: (id += 1) })
      timer = line ? setTimeout(turn, SHOWN_MS) : null
    }
    const stop = room.store.subscribe((now, before) => {
      if (now.sold && now.sold !== before.sold && now.sold.code) waiting.current = addSale(waiting.current, now.sold)
      if (now.joined !== before.joined) waiting.current = addJoined(waiting.current, now.joined.names, now.joined.total - before.joined.total)
      if (!timer && waiting.current !== nothing) turn()
    })
    return () => {
      stop()
      if (timer) clearTimeout(timer)
    }
  }, [room])
  return shown
}

/** "Somebody just claimed A1", "Ann and 4 others joined": seen in passing, never read out, never in the way of the chat. */
export default function ActivityLine({ overVideo }: { overVideo?: boolean }) {
  const t = useT()
  const locale = useLocale()
  const shown = useLines()
  if (!shown) return null
  const { line, id } = shown
  const quiet = overVideo ? 'text-over-video text-white/85' : 'text-muted'
  if (line.kind === 'sold') {
    const name = line.name || t('room.someone')
    return (
      <p key={id} className="inline-flex max-w-full animate-fade items-center gap-1.5 text-xs leading-6 font-bold text-amber">
        <Flame aria-hidden className="size-3.5 shrink-0" />
        <span className={overVideo ? 'text-over-video truncate' : 'truncate text-gold'}>
          {line.others > 0 ? t('room.sold-more', { name, count: line.others, code: line.code }) : t('room.sold-note', { name, code: line.code })}
        </span>
      </p>
    )
  }
  const names = line.names.join(/^(zh|ja)/.test(locale) ? '、' : ', ')
  return (
    <p key={id} className={`animate-fade truncate text-xs leading-6 ${quiet}`}>
      {line.names.length === 0 ? t('room.joined-count', { count: line.others }) : line.others > 0 ? t('room.joined-more', { names, count: line.others }) : t('room.joined-named', { names })}
    </p>
  )
}
