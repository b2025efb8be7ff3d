/** What a comment most likely orders, as a proposal for the staff; the server's own reading of comments is stricter. */
import type { StreamItem } from '@/api/types'

export interface Guess {
  item: StreamItem | null
  quantity: number
}

const MAX_GUESS = 99
const digits = (text: string) => text.replace(/[０-９๐-๙]/g, (digit) => String(digit <= '๙' ? digit.charCodeAt(0) - 0x0e50 : digit.charCodeAt(0) - 0xff10))
const plain = (text: string) => digits(text).normalize('NFKC').toUpperCase()

/** Spoken numbers before a counting word: 兩個, 三件. */
const SPOKEN = '一二三四五六七八九十'
function spoken(text: string): number | null {
  const word = /([一二三四五六七八九十兩两])\s*[個个件份組组條条盒包雙双]/.exec(text)?.[1]
  if (!word) return null
  return word === '兩' || word === '两' ? 2 : SPOKEN.indexOf(word) + 1
}

export function guessOrder(text: string, items: readonly StreamItem[], pinned: string | null): Guess | null {
  const clean = plain(text)
  const named = [...items].sort((a, b) => b.code.length - a.code.length).find((item) => new RegExp(`(^|[^A-Z0-9])${item.code.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '\\$&')}(?![0-9])`, 'u').test(clean))
  const rest = named ? clean.replace(named.code.toUpperCase(), ' ') : clean
  const plus = /[+＋X×*]\s*(\d{1,2})/.exec(rest) ?? (named ? /(\d{1,2})/.exec(rest) : null)
  const wants = /[+＋]\s*\d|\bCF\b|จอง|เอา|รับ|要|我買|下單/.test(clean)
  if (!named && !wants) return null
  const quantity = Math.min(MAX_GUESS, Math.max(1, Number(plus?.[1] ?? spoken(rest) ?? 1)))
  return { item: named ?? items.find((item) => item.id === pinned) ?? null, quantity }
}
