import { createContext, useContext } from 'react'
import type { Stream } from '@/api/types'
import { useRoomState, type LiveRoom, type Room } from '@/shared/realtime/room'

export interface RoomScene {
  room: Room
  stream: Stream
}

export const SceneContext = createContext<RoomScene | null>(null)

export function useScene(): RoomScene {
  const scene = useContext(SceneContext)
  if (!scene) throw new Error('a room component outside of a room')
  return scene
}

/** A part of the room's live state; the component draws again only when that part changes. */
export function useLive<T>(select: (state: LiveRoom) => T): T {
  return useRoomState(useScene().room, select)
}
