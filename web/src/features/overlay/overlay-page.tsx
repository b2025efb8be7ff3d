import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { get } from '@/api/client'
import type { components } from '@/api/schema'
import { formatClock, formatMoney } from '@/shared/format/format'
import { serverNow } from '@/shared/hooks/now'
import { useTick } from '@/shared/hooks/tick'
import { useT } from '@/shared/i18n/store'
import { timerText } from './timer'

type Overlay = components['schemas']['OverlayOut']
type Item = components['schemas']['OverlayItemOut']

const LOOK_MS = 1000
/** Sources narrower than this get a smaller tag. */
const NARROW = 800

/** A browser source has no page behind it: what nothing is drawn on lets the camera through. */
function useTransparentPage(): void {
  useEffect(() => {
    const before = [document.documentElement.style.background, document.body.style.background] as const
    document.documentElement.style.background = 'transparent'
    document.body.style.background = 'transparent'
    return () => {
      ;[document.documentElement.style.background, document.body.style.background] = before
    }
  }, [])
}

function Card({ item, timer }: { item: Item; timer: string | null }) {
  const t = useT()
  return (
    <section aria-label={t('room.now-showing')} className="flex w-fit max-w-[46rem] animate-rise items-stretch gap-5 rounded-[2rem] border-2 border-white/15 bg-[#120d22]/92 p-5 text-white">
      {item.image_url ? <img src={item.image_url} alt="" className="size-40 shrink-0 rounded-2xl object-cover" /> : null}
      <div className="grid min-w-0 content-between gap-2">
        <div className="flex items-center gap-4">
          <span className="rounded-xl bg-amber px-4 py-1 text-4xl leading-tight font-extrabold text-ink">{item.code}</span>
          {timer ? <span className="tabular rounded-xl bg-white/12 px-3 py-1 text-3xl leading-tight font-bold">{timer}</span> : null}
        </div>
        <p className="line-clamp-2 text-3xl whitespace-normal leading-snug font-semibold">{item.title}</p>
        <p className="flex flex-wrap items-baseline gap-x-4">
          {item.price ? <b className="tabular text-5xl leading-tight text-[#ff7a63]">{formatMoney(item.price)}</b> : null}
          {item.usual_price ? <s className="tabular text-3xl text-white/70">{formatMoney(item.usual_price)}</s> : null}
          <span className="tabular text-3xl font-bold text-amber">{item.available > 0 ? t('stock.left', { count: item.available }) : t('stock.out')}</span>
        </p>
      </div>
    </section>
  )
}

/** For OBS as a browser source: no log-in, no controls, only the item being shown. `?each=120` counts two minutes down for each item. */
export default function OverlayPage() {
  const { token = '' } = useParams()
  const [search] = useSearchParams()
  useTransparentPage()
  useTick(500)
  const { data } = useQuery({
    queryKey: ['overlay', token],
    queryFn: ({ signal }) => get<Overlay>(`/overlay/${token}`, undefined, signal),
    refetchInterval: LOOK_MS,
    refetchIntervalInBackground: true,
    retry: false,
  })
  if (!data?.item) return null
  const each = Number(search.get('each')) || null
  const seconds = data.since ? (serverNow() - Date.parse(data.since)) / 1000 : null
  return (
    <main style={{ zoom: Math.min(1, innerWidth / NARROW) }} className="fixed bottom-6 left-6 whitespace-nowrap">
      <Card key={data.item.id} item={data.item} timer={search.get('timer') === 'off' ? null : timerText(seconds, each, formatClock)} />
    </main>
  )
}
