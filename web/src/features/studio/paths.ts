/** Addresses of the studio's screens. */
export const studioPaths = {
  home: '/studio',
  open: '/studio/new',
  shop: (slug: string) => `/studio/${slug}`,
  products: (slug: string) => `/studio/${slug}/products`,
  product: (slug: string, id: string) => `/studio/${slug}/products/${id}`,
  shows: (slug: string) => `/studio/${slug}/shows`,
  show: (slug: string, id: string) => `/studio/${slug}/shows/${id}`,
  broadcast: (slug: string, id: string) => `/studio/${slug}/shows/${id}/broadcast`,
  control: (slug: string, id: string) => `/studio/${slug}/shows/${id}/control`,
  orders: (slug: string) => `/studio/${slug}/orders`,
  order: (slug: string, id: string) => `/studio/${slug}/orders/${id}`,
  buyers: (slug: string) => `/studio/${slug}/buyers`,
  settings: (slug: string) => `/studio/${slug}/settings`,
}
