import { readFileSync } from 'node:fs'
import type app from '../../src/i18n/catalogs/en/app.json'
import type studio from '../../src/i18n/catalogs/en/studio.json'
import type { Locale } from '../../src/shared/i18n/locales.ts'

export type WordId = keyof typeof app | keyof typeof studio
export type Words = (id: WordId, values?: Record<string, string>) => string | RegExp

const read = (locale: Locale, name: string) =>
  JSON.parse(readFileSync(new URL(`../../src/i18n/catalogs/${locale}/${name}.json`, import.meta.url), 'utf8')) as Record<string, string>

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The parts of an ICU message between its placeholders; a placeholder that is not given stands for anything. */
function pattern(message: string, values: Record<string, string>): RegExp {
  let depth = 0
  let source = ''
  let inside = ''
  for (const letter of message) {
    if (letter === '{') depth += 1
    if (depth === 0) source += escape(letter)
    else inside += letter
    if (letter === '}' && (depth -= 1) === 0) {
      const value = values[inside.slice(1, -1).trim()]
      source += value === undefined ? '.+' : escape(value)
      inside = ''
    }
  }
  return new RegExp(`^\\s*${source}\\s*$`)
}

/** The catalogs of a language: a text to look for on the screen, or a pattern when the message has placeholders. */
export function wordsOf(locale: Locale): Words {
  const catalog = { ...read(locale, 'app'), ...read(locale, 'studio') }
  return (id, values = {}) => {
    const message = catalog[id]
    if (message === undefined) throw new Error(`${locale} has no words for ${id}`)
    return message.includes('{') ? pattern(message, values) : message
  }
}

const families = new Set(Object.keys({ ...read('en', 'app'), ...read('en', 'studio') }).map((id) => id.split('.')[0]))

/** Message ids that made it to the screen instead of their words. */
export function rawIds(text: string): string[] {
  return text.split(/[\s"'“”,;()]+/).filter((token) => /^[a-z]+(\.[a-z][\w-]*)+$/.test(token) && families.has(token.split('.')[0]))
}
