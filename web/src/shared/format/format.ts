import type { Currency, Market, Money } from '@/api/types'

const EXPONENT: Record<Currency, number> = { TWD: 0, THB: 2 }
const SYMBOL: Record<Currency, string> = { TWD: 'NT$', THB: '฿' }
const ZONE: Record<Market, string> = { TW: 'Asia/Taipei', TH: 'Asia/Bangkok' }

export function formatMoney({ amount, currency }: Money): string {
  const digits = EXPONENT[currency] ?? 2
  const value = Math.abs(amount) / 10 ** digits
  const text = value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return `${amount < 0 ? '−' : ''}${SYMBOL[currency] ?? `${currency} `}${text}`
}

/** For narrow places: whole coins, and large sums shortened as the language does it. */
export function shortMoney({ amount, currency }: Money, locale: string): string {
  const value = Math.trunc(amount / 10 ** (EXPONENT[currency] ?? 2))
  const text = new Intl.NumberFormat(locale, Math.abs(value) < 10_000 ? {} : { notation: 'compact', maximumFractionDigits: 1 }).format(value)
  return `${SYMBOL[currency] ?? ''}${text.replace(/\s/g, '')}`
}

/** Reads what a person typed ("1,290.50") as minor units, or null. */
export function parseMoney(text: string, currency: Currency): Money | null {
  const clean = text.replace(/[,\s฿$]|NT/g, '')
  const digits = EXPONENT[currency]
  const shape = digits === 0 ? /^\d{1,9}$/ : new RegExp(`^\\d{1,9}(\\.\\d{1,${digits}})?$`)
  if (!shape.test(clean)) return null
  const [whole = '0', part = ''] = clean.split('.')
  return { amount: Number(whole) * 10 ** digits + Number(part.padEnd(digits, '0') || 0), currency }
}

export const minorExponent = (currency: Currency) => EXPONENT[currency]

export type DateStyle = 'day' | 'short' | 'full' | 'time'
const STYLES: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  day: { day: 'numeric', month: 'short', year: 'numeric' },
  short: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  full: { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  time: { hour: '2-digit', minute: '2-digit' },
}

/** Thai screens show the Buddhist year; data never carries it. */
export function formatDate(value: string, locale: string, style: DateStyle = 'short', market?: Market | null): string {
  const date = new Date(value)
  if (Number.isNaN(date.getTime())) return ''
  const tag = locale === 'th' ? 'th-TH-u-ca-buddhist' : locale
  const zone = market ? { timeZone: ZONE[market] } : {}
  return new Intl.DateTimeFormat(tag, { hourCycle: 'h23', ...STYLES[style], ...zone }).format(date)
}

/** "9:59", "1:02:03"; never negative. */
export function formatClock(seconds: number): string {
  const left = Math.max(0, Math.floor(seconds))
  const hours = Math.floor(left / 3600)
  const minutes = Math.floor((left % 3600) / 60)
  const rest = String(left % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}

export const formatDays = (seconds: number, locale: string) => new Intl.NumberFormat(locale, { style: 'unit', unit: 'day', unitDisplay: 'short' }).format(Math.floor(seconds / 86_400))

export function formatCount(count: number, locale: string): string {
  return new Intl.NumberFormat(locale, { notation: count >= 10_000 ? 'compact' : 'standard', maximumFractionDigits: 1 }).format(count)
}
