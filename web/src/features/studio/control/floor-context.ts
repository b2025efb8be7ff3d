import { useQuery } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { useRoomState, type LiveRoom, type Room } from '@/shared/realtime/room'
import { repairQuery } from '../api/repair'
import { showClaimsQuery, showOrdersQuery } from '../api/show-floor'
import type { Repair, ShopOrder, ShopStream, ShowClaim } from '../api/types'
import { useMay, useShop } from '../shop-context'

/** A show as its people see it. */
export interface Floor {
  room: Room
  show: ShopStream
}

export const FloorContext = createContext<Floor | null>(null)

export function useFloor(): Floor {
  const floor = useContext(FloorContext)
  if (!floor) throw new Error('a control room component outside of one')
  return floor
}

export function useRoomPart<T>(select: (state: LiveRoom) => T): T {
  return useRoomState(useFloor().room, select)
}

const EVERY_MS = 4000
const AFTER_MS = 20_000
const NO_CLAIMS: ShowClaim[] = []
const NO_REPAIRS: Repair[] = []
const NO_ORDERS: ShopOrder[] = []

/** Claims and orders are asked for in a steady beat, and at once when the room says that stock moved. */
export function useShowClaims() {
  const { show } = useFloor()
  const query = useQuery(showClaimsQuery(show.id, show.state === 'ended' ? AFTER_MS : EVERY_MS))
  return { query, claims: query.data?.items ?? NO_CLAIMS }
}

export function useRepairs(): Repair[] {
  const mayClaim = useMay('claimFor')
  const { show } = useFloor()
  const query = useQuery({ ...repairQuery(show.id, AFTER_MS), enabled: mayClaim })
  return query.data?.items ?? NO_REPAIRS
}

export function useShowOrders() {
  const shop = useShop()
  const { show } = useFloor()
  const query = useQuery(showOrdersQuery(shop.id, show.id, show.state === 'ended' ? AFTER_MS : EVERY_MS))
  return { query, orders: query.data?.items ?? NO_ORDERS }
}
