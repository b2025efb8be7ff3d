import { lazy, Suspense, type ComponentType } from 'react'

const load = () => import('./later-parts')
type Parts = Awaited<ReturnType<typeof load>>

/** A part that comes by itself once it is there; until then its place is empty. */
function later<Props extends object>(pick: (parts: Parts) => ComponentType<Props>): ComponentType<Props> {
  const Part = lazy(async () => ({ default: pick(await load()) as ComponentType<object> }))
  return (props) => (
    <Suspense fallback={null}>
      <Part {...props} />
    </Suspense>
  )
}

export const ActivityLine = later((parts) => parts.ActivityLine)
export const AnnouncementBar = later((parts) => parts.AnnouncementBar)
export const CommentHint = later((parts) => parts.CommentHint)
export const HeartRain = later((parts) => parts.HeartRain)
export const PinnedLine = later((parts) => parts.PinnedLine)
export const PrivateCard = later((parts) => parts.PrivateCard)
export const QueueChip = later((parts) => parts.QueueChip)
export const TurnCard = later((parts) => parts.TurnCard)
