import { create } from 'zustand'

/** Sheets that any screen may open and that the app composes, so that features need not know each other. */
export interface CheckoutRequest {
  shopId: string
  claimIds?: string[]
}
interface Overlays {
  auth: { after?: () => void } | null
  checkout: CheckoutRequest | null
}

export const useOverlays = create<Overlays>(() => ({ auth: null, checkout: null }))

/** Runs `action` now for a signed-in visitor, or after the log-in sheet has done its work. */
export function askSignIn(after?: () => void): void {
  useOverlays.setState({ auth: after ? { after } : {} })
}
export const closeSignIn = () => useOverlays.setState({ auth: null })
export const openCheckout = (checkout: CheckoutRequest) => useOverlays.setState({ checkout })
export const closeCheckout = () => useOverlays.setState({ checkout: null })
