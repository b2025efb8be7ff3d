import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { keys } from '@/shared/data/keys'
import { usePlayer } from '@/shared/player/store'
import { useLive, useScene } from './room-context'

const LOOK_MS = 5_000

/**
 * The picture may come from another place from one moment to the next: as the room says so, and while a live picture
 * stands still in case that was missed, the addresses are read again. The player takes new ones by itself.
 */
export default function KeepPicture() {
  const { stream } = useScene()
  const client = useQueryClient()
  const provider = useLive((room) => room.provider)
  const stuck = usePlayer((player) => player.live && (player.status === 'stalled' || player.status === 'failed'))
  const last = useRef(provider)
  useEffect(() => {
    if (last.current === provider) return
    last.current = provider
    void client.invalidateQueries({ queryKey: keys.playback(stream.id) })
  }, [provider, client, stream.id])
  useEffect(() => {
    if (!stuck) return
    const timer = setInterval(() => void client.invalidateQueries({ queryKey: keys.playback(stream.id) }), LOOK_MS)
    return () => clearInterval(timer)
  }, [stuck, client, stream.id])
  return null
}
