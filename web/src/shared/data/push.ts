import { get, put, remove } from '@/api/client'

export type PushState = 'missing' | 'denied' | 'off' | 'on'

/** Who asked for it here: whoever logs in after them is not woken unasked. */
const OWNER = 'nightmarket.push'

function owner(): string | null {
  try {
    return localStorage.getItem(OWNER)
  } catch {
    return null
  }
}

function setOwner(user: string | null): void {
  try {
    if (user) localStorage.setItem(OWNER, user)
    else localStorage.removeItem(OWNER)
  } catch {
    // Private mode: it lasts as long as the log-in.
  }
}

async function worker(): Promise<ServiceWorkerRegistration | null> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window)) return null
  return (await navigator.serviceWorker.getRegistration()) ?? null
}

function keyBytes(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(raw, (char) => char.charCodeAt(0))
}

export async function pushState(user: string): Promise<PushState> {
  const registration = await worker()
  if (!registration) return 'missing'
  if (Notification.permission === 'denied') return 'denied'
  const known = await registration.pushManager.getSubscription()
  return known && owner() === user ? 'on' : 'off'
}

export async function turnPushOn(user: string): Promise<PushState> {
  const registration = await worker()
  if (!registration) return 'missing'
  if ((await Notification.requestPermission()) !== 'granted') return Notification.permission === 'denied' ? 'denied' : 'off'
  const { public_key } = await get<{ public_key: string | null }>('/push-subscriptions/key')
  if (!public_key) return 'missing'
  const options = { userVisibleOnly: true, applicationServerKey: keyBytes(public_key) }
  const subscription = await registration.pushManager.subscribe(options).catch(async (error: unknown) => {
    // Made with another key, by an earlier installation.
    const old = await registration.pushManager.getSubscription()
    if (!old) throw error
    await old.unsubscribe()
    return registration.pushManager.subscribe(options)
  })
  await put('/me/push-subscriptions', subscription.toJSON())
  setOwner(user)
  return 'on'
}

export async function turnPushOff(): Promise<PushState> {
  const subscription = await (await worker())?.pushManager.getSubscription()
  setOwner(null)
  if (subscription) {
    await remove(`/me/push-subscriptions?endpoint=${encodeURIComponent(subscription.endpoint)}`)
    await subscription.unsubscribe()
  }
  return 'off'
}

/** A subscription ends with its log-in; with the next one of the same person it goes on. */
export async function keepPush(user: string): Promise<void> {
  if (owner() !== user || !('Notification' in window) || Notification.permission !== 'granted') return
  const subscription = await (await worker())?.pushManager.getSubscription()
  if (subscription) await put('/me/push-subscriptions', subscription.toJSON())
}
