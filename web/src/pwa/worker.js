// The shell only: page, entry scripts, styles. Prices, stock, baskets, orders and video are never stored here.
const CACHE = 'shell-__VERSION__'
const SHELL = __SHELL__ // eslint-disable-line no-undef

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)))
})

self.addEventListener('activate', (event) => {
  const clean = caches
    .keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith('shell-') && name !== CACHE).map((name) => caches.delete(name))))
  event.waitUntil(clean.then(() => self.clients.claim()))
})

self.addEventListener('message', (event) => {
  if (event.data === 'take-over') self.skipWaiting()
})

async function page(request) {
  try {
    return await fetch(request)
  } catch {
    return (await caches.match('/')) ?? Response.error()
  }
}

async function asset(request) {
  const cache = await caches.open(CACHE)
  const known = await cache.match(request)
  if (known) return known
  const answer = await fetch(request)
  if (answer.ok) await cache.put(request, answer.clone())
  return answer
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin) return
  if (request.mode === 'navigate' && !/^\/(api|docs|admin|files|ws|sandbox|outbox|socket\.io)/.test(url.pathname)) event.respondWith(page(request))
  else if (url.pathname.startsWith('/assets/') && !url.search) event.respondWith(asset(request))
})

// News for this person. Browsers insist that every push is shown.
self.addEventListener('push', (event) => {
  let news = {}
  try {
    news = event.data?.json() ?? {}
  } catch {
    // Not ours; it is shown without words.
  }
  const shown = { body: news.body, tag: news.id, lang: news.lang, icon: '/icons/icon-192.png', badge: '/icons/icon-192.png', data: { url: news.url } }
  event.waitUntil(self.registration.showNotification(news.title || 'Nightmarket', shown))
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const url = new URL(event.notification.data?.url || '/notifications', location.origin)
  // The server may be known by another name than this page; only the path counts.
  const here = new URL(url.pathname + url.search, location.origin).href
  const open = async () => {
    const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
    for (const page of windows) if (new URL(page.url).href === here) return page.focus()
    return self.clients.openWindow(here)
  }
  event.waitUntil(open())
})
