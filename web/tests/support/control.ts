import { expect, type Locator } from '@playwright/test'
import type { Stall } from './stall.ts'
import type { Visitor } from './visitor.ts'
import type { WordId } from './words.ts'

export async function openControl({ page, t }: Visitor, stall: Stall, show: string): Promise<void> {
  await page.goto(`/studio/${stall.slug}/shows/${show}/control`)
  await expect(page.getByRole('log', { name: t('room.chat') })).toBeVisible()
}

/** The line of the chat with these words, as the staff sees it. */
export const line = ({ page, t }: Visitor, text: string): Locator => page.getByRole('log', { name: t('room.chat') }).getByRole('listitem').filter({ hasText: text })

/** Opens what may be done about a message. */
export async function openMessage(host: Visitor, text: string): Promise<Locator> {
  await line(host, text)
    .last()
    .getByRole('button', { name: host.t('studio.message-actions') })
    .click()
  const sheet = host.page.getByRole('dialog')
  await expect(sheet).toBeVisible()
  return sheet
}

/** Does one thing about a message; a second question is answered with yes. */
export async function act(host: Visitor, text: string, action: WordId, confirm?: WordId): Promise<void> {
  const sheet = await openMessage(host, text)
  await sheet.getByRole('button', { name: host.t(action) }).click()
  if (confirm) await host.page.getByRole('dialog').getByRole('button', { name: host.t(confirm), exact: true }).last().click()
  await expect(host.page.getByRole('dialog')).toBeHidden()
}

/** Opens a part of the safety sheet. */
export async function openSafety(host: Visitor, part: 'rules' | 'words' | 'people' | 'log'): Promise<Locator> {
  const sheet = host.page.getByRole('dialog', { name: host.t('studio.safety') })
  if (!(await sheet.isVisible())) await host.page.getByRole('button', { name: host.t('studio.safety') }).click()
  await sheet.getByRole('tab', { name: host.t(`studio.safety.${part}`), exact: true }).click()
  return sheet
}

export async function closeSheet(host: Visitor): Promise<void> {
  await host.page.getByRole('dialog').getByRole('button', { name: host.t('action.close'), exact: true }).click()
  await expect(host.page.getByRole('dialog')).toBeHidden()
}
