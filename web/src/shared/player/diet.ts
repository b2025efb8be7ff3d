import type { Diet } from './store'

const CHOICE = 'nightmarket.picture'
type Saving = Navigator & { connection?: { saveData?: boolean } }

/** What this device chose, else what its owner told the browser about saving data. */
export function knownDiet(): Diet {
  try {
    const chosen = localStorage.getItem(CHOICE)
    if (chosen === 'full' || chosen === 'low' || chosen === 'audio') return chosen
  } catch {
    // Private mode: nothing was kept.
  }
  return (navigator as Saving).connection?.saveData ? 'low' : 'full'
}

export function keepDiet(diet: Diet): void {
  try {
    localStorage.setItem(CHOICE, diet)
  } catch {
    // It lasts as long as the page.
  }
}
