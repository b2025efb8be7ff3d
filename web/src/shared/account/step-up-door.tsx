import { lazy, Suspense } from 'react'
import { needCatalog } from '@/shared/i18n/store'
import { useStepUp } from './step-up'

const StepUpSheet = lazy(async () => (await needCatalog('account'), import('./step-up-sheet')))

/** Where a screen that uses `withStepUp` asks for the proof. */
export function StepUpDoor() {
  const asked = useStepUp((state) => state.asked)
  return <Suspense fallback={null}>{asked ? <StepUpSheet methods={asked.methods} settle={asked.settle} /> : null}</Suspense>
}
