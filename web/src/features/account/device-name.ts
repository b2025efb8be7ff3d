const BROWSERS: [RegExp, string][] = [
  [/ Line\//i, 'LINE'],
  [/FBA[NV]|FB_IAB/, 'Facebook'],
  [/Instagram/, 'Instagram'],
  [/Edg\//, 'Edge'],
  [/SamsungBrowser/, 'Samsung Internet'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

const first = (list: [RegExp, string][], text: string) => list.find(([mark]) => mark.test(text))?.[1]

/** "Chrome · Android" from a user agent: enough to recognise one's own phone. */
export function deviceName(userAgent: string | null | undefined): string {
  const text = userAgent ?? ''
  return [first(BROWSERS, text), first(SYSTEMS, text)].filter(Boolean).join(' · ') || text.slice(0, 40) || '—'
}
