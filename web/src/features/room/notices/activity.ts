/** Which quiet line comes next: what happened in the meantime is summed up, so that a busy room stays readable. Pure. */
export interface Sale {
  name: string
  code: string
}
export interface Waiting {
  /** Sales of the item sold last; an older item gives way. */
  sale: (Sale & { others: number }) | null
  joined: { names: string[]; count: number } | null
}
export type Line = { kind: 'sold'; name: string; code: string; others: number } | { kind: 'joined'; names: string[]; others: number }

export const nothing: Waiting = { sale: null, joined: null }
const NAMES = 3

export function addSale(waiting: Waiting, { name, code }: Sale): Waiting {
  const same = waiting.sale?.code === code ? waiting.sale : null
  return { ...waiting, sale: { name, code, others: same ? same.others + 1 : 0 } }
}

export function addJoined(waiting: Waiting, names: readonly string[], count: number): Waiting {
  if (count <= 0) return waiting
  const all = [...names, ...(waiting.joined?.names ?? [])]
  return { ...waiting, joined: { names: [...new Set(all)].slice(0, NAMES), count: count + (waiting.joined?.count ?? 0) } }
}

/** Sales first. */
export function nextLine(waiting: Waiting): [Line | null, Waiting] {
  const { sale, joined } = waiting
  if (sale) return [{ kind: 'sold', ...sale }, { ...waiting, sale: null }]
  if (joined) return [{ kind: 'joined', names: joined.names, others: Math.max(0, joined.count - joined.names.length) }, { ...waiting, joined: null }]
  return [null, waiting]
}
