import { createElement, useEffect, type ComponentType } from 'react'
import { create } from 'zustand'

const load = () => import('./later-parts')
type Parts = Awaited<ReturnType<typeof load>>
const useParts = create<{ parts: Parts | null }>(() => ({ parts: null }))

/** A part that comes by itself once it is there; until then its place is empty. All come at once, and from then on without a wait. */
function later<Props extends object>(pick: (parts: Parts) => ComponentType<Props>): ComponentType<Props> {
  return function Later(props) {
    const parts = useParts((state) => state.parts)
    useEffect(() => {
      if (!useParts.getState().parts) void load().then((loaded) => useParts.setState({ parts: loaded }), () => undefined)
    }, [])
    return parts && createElement(pick(parts), props)
  }
}

export const ActivityLine = later((parts) => parts.ActivityLine)
export const AnnouncementBar = later((parts) => parts.AnnouncementBar)
export const AnswerCard = later((parts) => parts.AnswerCard)
export const CommentHint = later((parts) => parts.CommentHint)
export const HeartRain = later((parts) => parts.HeartRain)
export const KeepPicture = later((parts) => parts.KeepPicture)
export const PictureButton = later((parts) => parts.PictureButton)
export const PinnedLine = later((parts) => parts.PinnedLine)
export const PrivateCard = later((parts) => parts.PrivateCard)
export const QueueChip = later((parts) => parts.QueueChip)
export const StageStatus = later((parts) => parts.StageStatus)
export const TurnCard = later((parts) => parts.TurnCard)
