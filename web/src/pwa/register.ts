import { create } from 'zustand'

/** Set when a new version waits; a person decides when to take it, never in the middle of a show or a checkout. */
export const useUpdate = create<{ waiting: ServiceWorker | null }>(() => ({ waiting: null }))

/** What this page loaded before the worker took over is stored through it, so that the next start works offline too. */
function storeLoadedAssets(): void {
  for (const { name } of performance.getEntriesByType('resource')) {
    if (name.startsWith(`${location.origin}/assets/`)) void fetch(name).catch(() => undefined)
  }
}

export function registerWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  const { serviceWorker } = navigator
  if (!serviceWorker.controller) serviceWorker.addEventListener('controllerchange', storeLoadedAssets, { once: true })
  void serviceWorker
    .register('/sw.js')
    .then((registration) => {
      const offer = (worker: ServiceWorker | null) => {
        if (worker && serviceWorker.controller) useUpdate.setState({ waiting: worker })
      }
      offer(registration.waiting)
      registration.addEventListener('updatefound', () => {
        const worker = registration.installing
        worker?.addEventListener('statechange', () => {
          if (worker.state === 'installed') offer(worker)
        })
      })
    })
    .catch(() => undefined)
}

export function takeUpdate(worker: ServiceWorker): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  worker.postMessage('take-over')
}
