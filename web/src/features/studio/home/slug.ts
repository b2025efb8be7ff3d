export const SLUG = /^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$/
const LONGEST = 40

/** An address for a shop out of its name; a name in another script gives none of its letters, so a number stands in. */
export function suggestSlug(name: string, seed: number): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST)
    .replace(/-+$/, '')
  if (plain.length >= 3) return plain
  const number = String(Math.abs(Math.trunc(seed)) % 100_000).padStart(5, '0')
  return plain ? `${plain}-${number}` : `shop-${number}`
}
