import { cleanup } from '@testing-library/react'
import { afterEach, beforeAll } from 'vitest'
import { settleLocale } from '@/shared/i18n/store'

// What jsdom has no layout or media for.
HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
  this.open = true
}
HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
  this.open = false
}
window.matchMedia ??= (query: string) =>
  ({ matches: false, media: query, addEventListener: () => undefined, removeEventListener: () => undefined }) as unknown as MediaQueryList

beforeAll(() => settleLocale('en'))
afterEach(cleanup)
