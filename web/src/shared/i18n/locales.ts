export const LOCALES = ['en', 'zh-TW', 'zh-CN', 'th', 'ja'] as const
export type Locale = (typeof LOCALES)[number]

export const LOCALE_NAMES: Record<Locale, string> = {
  en: 'English',
  'zh-TW': '繁體中文',
  'zh-CN': '简体中文',
  th: 'ไทย',
  ja: '日本語',
}

/** Maps any language tag to one of ours, or null. */
export function matchLocale(tag: string | null | undefined): Locale | null {
  if (!tag) return null
  const lower = tag.toLowerCase()
  if (lower.startsWith('zh')) return /hant|tw|hk|mo/.test(lower) ? 'zh-TW' : 'zh-CN'
  return LOCALES.find((locale) => locale === lower || lower.startsWith(`${locale}-`)) ?? null
}

/** Choice of the visitor, then the account, then the link, then the browser. */
export function pickLocale(sources: { chosen?: string | null; account?: string | null; link?: string | null; browser?: readonly string[] }): Locale {
  const candidates = [sources.chosen, sources.account, sources.link, ...(sources.browser ?? [])]
  for (const tag of candidates) {
    const locale = matchLocale(tag)
    if (locale) return locale
  }
  return 'en'
}
