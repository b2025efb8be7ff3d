import { LOCALE_NAMES, LOCALES } from '../src/shared/i18n/locales.ts'
import { expect, test } from './support/journey.ts'
import { enterRoom, pinnedCard } from './support/room.ts'
import { wordsOf } from './support/words.ts'

const BUYER = ['/', '/products', '/bag', '/orders', '/account', '/no-such-page']

for (const device of ['phone', 'desktop'] as const) {
  test(`every screen of a buyer is whole on a ${device}`, async ({ arrive, arriveAs, show, stall }) => {
    const item = await stall.offer(show, 3)
    await stall.pin(show, item)
    const guest = await arrive(device)
    const { visitor } = await arriveAs(device, 'Mo')
    for (const path of [...BUYER, `/products/${item.productId}`, `/shops/${stall.slug}`, `/live/${show}`]) {
      for (const someone of [guest, visitor]) {
        await someone.page.goto(path)
        await expect(someone.page.locator('h1, h2').first()).toBeVisible()
        await expect(someone.page.getByRole('status', { name: someone.t('state.loading') })).toHaveCount(0)
        await someone.findsNothingWrong()
      }
    }
  })
}

for (const device of ['phone', 'desktop'] as const) {
  test(`every screen of the studio is whole on a ${device}`, async ({ arriveAsHost, show, stall }) => {
    const item = await stall.offer(show, 3)
    await stall.pin(show, item)
    const planned = await stall.plan('明晚 Tomorrow')
    const { items } = await stall.owner.get<{ items: { id: string }[] }>(`/shops/${stall.shopId}/orders`)
    const host = await arriveAsHost(device)
    // The two languages with the longest and the densest words.
    if (device === 'desktop') {
      await host.context.addInitScript(() => localStorage.setItem('nightmarket.locale', 'th'))
      host.speaks('th')
    }
    const screens = ['', '/products', `/products/${item.productId}`, '/products/new', '/shows', `/shows/${planned}`, '/shows/new', `/shows/${planned}/control`, `/shows/${show}/control`, '/orders', ...items.slice(0, 1).map(({ id }) => `/orders/${id}`), '/settings']
    for (const path of ['/studio', '/studio/new', ...screens.map((path) => `/studio/${stall.slug}${path}`)]) {
      await host.page.goto(path)
      await expect(host.page.locator('h1, h2').first()).toBeVisible()
      await expect(host.page.getByRole('status', { name: host.t('state.loading') })).toHaveCount(0)
      await host.findsNothingWrong()
    }
  })
}

test('all five languages speak, at once and everywhere', async ({ arriveAs, show, stall }) => {
  const item = await stall.offer(show, 3)
  await stall.pin(show, item)
  const { visitor } = await arriveAs('phone', 'Polly')
  const { page } = visitor
  await page.goto('/account')
  for (const locale of LOCALES) {
    await page.getByRole('combobox', { name: visitor.t('account.language') }).selectOption({ label: LOCALE_NAMES[locale] })
    visitor.speaks(locale)
    await expect(page.locator('html')).toHaveAttribute('lang', locale)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(wordsOf(locale)('account.title'))
    await visitor.findsNothingWrong()
    await page.getByRole('navigation', { name: visitor.t('nav.main') }).last().getByRole('link', { name: visitor.t('nav.home') }).click()
    await page.locator(`a[href="/live/${show}"]`).first().click()
    await expect(pinnedCard(visitor).getByRole('button', { name: visitor.t('room.claim'), exact: true })).toBeVisible()
    await visitor.findsNothingWrong()
    await visitor.button('room.leave').click()
    await page.getByRole('navigation', { name: visitor.t('nav.main') }).last().getByRole('link', { name: visitor.t('nav.account') }).click()
  }
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('lang', LOCALES.at(-1) ?? '')
  await enterRoom(visitor, show)
})
