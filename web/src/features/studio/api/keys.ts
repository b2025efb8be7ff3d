/** Names in the query cache; they start with `me`, so they leave the cache with the person. */
export const studioKeys = {
  members: (shop: string) => ['me', 'studio', 'members', shop] as const,
  products: (shop: string, filter?: object) => (filter ? (['me', 'studio', 'products', shop, filter] as const) : (['me', 'studio', 'products', shop] as const)),
  product: (id: string) => ['me', 'studio', 'product', id] as const,
  stock: (variant: string) => ['me', 'studio', 'stock', variant] as const,
  ledger: (variant: string) => ['me', 'studio', 'ledger', variant] as const,
  streams: (shop: string, state?: string) => (state === undefined ? (['me', 'studio', 'streams', shop] as const) : (['me', 'studio', 'streams', shop, state] as const)),
  stream: (id: string) => ['me', 'studio', 'stream', id] as const,
  items: (id: string) => ['me', 'studio', 'items', id] as const,
  ingest: (id: string) => ['me', 'studio', 'ingest', id] as const,
  stats: (id: string) => ['me', 'studio', 'stats', id] as const,
  claims: (id: string) => ['me', 'studio', 'claims', id] as const,
  showOrders: (id: string) => ['me', 'studio', 'show-orders', id] as const,
  orders: (shop: string, filter?: object) => (filter ? (['me', 'studio', 'orders', shop, filter] as const) : (['me', 'studio', 'orders', shop] as const)),
  order: (id: string) => ['me', 'studio', 'order', id] as const,
}
