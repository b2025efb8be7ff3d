import { readFileSync } from 'node:fs'
import type account from '../../src/i18n/catalogs/en/account.json'
import type app from '../../src/i18n/catalogs/en/app.json'
import type inbox from '../../src/i18n/catalogs/en/inbox.json'
import type studio from '../../src/i18n/catalogs/en/studio.json'
import type { Locale } from '../../src/shared/i18n/locales.ts'

export type WordId = keyof typeof account | keyof typeof app | keyof typeof inbox | keyof typeof studio
export type Words = (id: WordId, values?: Record<string, string>) => string | RegExp

const read = (locale: Locale, name: string) =>
  JSON.parse(readFileSync(new URL(`../../src/i18n/catalogs/${locale}/${name}.json`, import.meta.url), 'utf8')) as Record<string, string>

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The top-level parts of an ICU message: words as they are, placeholders with their braces. */
function partsOf(message: string): string[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const letter of message) {
    if (letter === '{' && depth === 0 && part) {
      parts.push(part)
      part = ''
    }
    part += letter
    if (letter === '{') depth += 1
    if (letter === '}' && (depth -= 1) === 0) {
      parts.push(part)
      part = ''
    }
  }
  return part ? [...parts, part] : parts
}

/** A pattern for a message; a placeholder that is not given stands for anything, a plural for any of its forms. */
function sourceOf(message: string, values: Record<string, string>): string {
  return partsOf(message)
    .map((part) => {
      if (!part.startsWith('{')) return escape(part).replaceAll('#', '.+')
      const [name = '', kind, ...forms] = part.slice(1, -1).split(',')
      if (!kind) return escape(values[name.trim()] ?? '').replace(/^$/, '.+')
      const ways = partsOf(forms.join(',')).filter((form) => form.startsWith('{'))
      return `(?:${ways.map((form) => sourceOf(form.slice(1, -1), values)).join('|')})`
    })
    .join('')
}

/** The catalogs of a language: a text to look for on the screen, or a pattern when the message has placeholders. */
export function wordsOf(locale: Locale): Words {
  const catalog = { ...read(locale, 'app'), ...read(locale, 'studio'), ...read(locale, 'inbox'), ...read(locale, 'account') }
  return (id, values = {}) => {
    const message = catalog[id]
    if (message === undefined) throw new Error(`${locale} has no words for ${id}`)
    return message.includes('{') ? new RegExp(`^\\s*${sourceOf(message, values)}\\s*$`) : message
  }
}

const families = new Set(Object.keys({ ...read('en', 'app'), ...read('en', 'studio'), ...read('en', 'inbox') }).map((id) => id.split('.')[0]))

/** Message ids that made it to the screen instead of their words. */
export function rawIds(text: string): string[] {
  return text.split(/[\s"'“”,;()]+/).filter((token) => /^[a-z]+(\.[a-z][\w-]*)+$/.test(token) && families.has(token.split('.')[0]))
}
