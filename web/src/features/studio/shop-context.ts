import { createContext, useContext } from 'react'
import type { WorkShop } from './api/types'
import { may, type Right } from './policy'

export const ShopContext = createContext<WorkShop | null>(null)

export function useShop(): WorkShop {
  const shop = useContext(ShopContext)
  if (!shop) throw new Error('a studio screen outside of a shop')
  return shop
}

export function useMay(right: Right): boolean {
  return may(useShop().my_role, right)
}
