import { create } from 'zustand'
import type account from '@/i18n/catalogs/en/account.json'
import type app from '@/i18n/catalogs/en/app.json'
import type inbox from '@/i18n/catalogs/en/inbox.json'
import type studio from '@/i18n/catalogs/en/studio.json'
import { pickLocale, type Locale } from './locales'
import { runMessage, type Message, type Values } from './message'

export type AppMessageId = keyof typeof app
export type MessageId = AppMessageId | keyof typeof inbox | keyof typeof studio | keyof typeof account
export type Translate = (id: MessageId, values?: Values) => string
export type CatalogName = 'app' | 'inbox' | 'studio' | 'account'

type Messages = Record<string, Message>
const files = import.meta.glob<{ default: unknown }>('/src/i18n/catalogs/*/*.json')
const CHOICE = 'nightmarket.locale'

interface I18n {
  locale: Locale
  messages: Messages
  t: Translate
}

function translator(locale: Locale, messages: Messages): Translate {
  return (id, values) => runMessage(locale, messages[id] ?? id, values)
}

export const useI18n = create<I18n>(() => ({ locale: 'en', messages: {}, t: translator('en', {}) }))

const wanted = new Set<CatalogName>(['app'])

async function fetchCatalog(locale: Locale, name: CatalogName): Promise<Messages> {
  const load = files[`/src/i18n/catalogs/${locale}/${name}.json`]
  return load ? ((await load()).default as Messages) : {}
}

let asked = 0
let shown = 0
/** The language asked for last, which may still be on its way. */
let aim: Locale = 'en'

/** The language asked for last wins, also when its words come first: the account often answers while the browser's are on their way. */
async function show(locale: Locale): Promise<void> {
  const turn = (asked += 1)
  aim = locale
  const parts = await Promise.all([...wanted].map((name) => fetchCatalog(locale, name)))
  if (turn < shown) return
  shown = turn
  const messages: Messages = Object.assign({}, ...parts)
  document.documentElement.lang = locale
  useI18n.setState({ locale, messages, t: translator(locale, messages) })
}

function chosen(): string | null {
  try {
    return localStorage.getItem(CHOICE)
  } catch {
    return null
  }
}

/** Loads the best locale; called at boot and again when the account is known. */
export async function settleLocale(account?: string | null): Promise<void> {
  const link = new URLSearchParams(location.search).get('lang')
  const locale = pickLocale({ chosen: chosen(), account: account ?? null, link, browser: navigator.languages })
  if (locale !== aim || Object.keys(useI18n.getState().messages).length === 0) await show(locale)
}

export async function chooseLocale(locale: Locale): Promise<void> {
  try {
    localStorage.setItem(CHOICE, locale)
  } catch {
    // Private mode: the choice lasts as long as the page.
  }
  await show(locale)
}

/** Adds a catalog that only one part of the product needs (the studio, the inbox). */
export async function needCatalog(name: CatalogName): Promise<void> {
  if (wanted.has(name)) return
  wanted.add(name)
  await show(aim)
}

export const useT = (): Translate => useI18n((state) => state.t)
export const useLocale = (): Locale => useI18n((state) => state.locale)
