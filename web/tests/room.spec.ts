import { expect, test } from './support/journey.ts'
import { chat, enterRoom, pinnedCard, say, seesHold } from './support/room.ts'

test('what one writes, another reads', async ({ arriveAs, arrive, show }) => {
  const { visitor: writer } = await arriveAs('phone', 'Ning')
  const reader = await arrive('desktop')
  await enterRoom(writer, show)
  await enterRoom(reader, show)
  await say(writer, '請問這盞燈防水嗎?')
  await expect(chat(writer)).toContainText('請問這盞燈防水嗎?')
  await expect(chat(reader)).toContainText('請問這盞燈防水嗎?')
  await expect(chat(reader)).toContainText('Ning')
})

test('what the host pins appears, and its stock follows', async ({ arrive, show, stall }) => {
  const visitor = await arrive('phone')
  await enterRoom(visitor, show)
  const item = await stall.offer(show, 7)
  await stall.pin(show, item)
  const card = pinnedCard(visitor)
  await expect(card).toContainText(item.code)
  await expect(card).toContainText(item.title)
  await expect(card).toContainText('NT$390')
  await stall.owner.post(`/variants/${item.variantId}/stock-adjustments`, { delta: -4, reason: 'counted again' })
  await expect(card.getByText(visitor.t('stock.left', {}))).toContainText('3')
})

test('a tap claims, answered in place', async ({ arriveAs, show, stall }) => {
  const item = await stall.offer(show, 5)
  await stall.pin(show, item)
  const { visitor } = await arriveAs('phone', 'Hao')
  await enterRoom(visitor, show)
  await expect(pinnedCard(visitor)).toContainText(item.code)
  await pinnedCard(visitor).getByRole('button', { name: visitor.t('room.claim'), exact: true }).click()
  await seesHold(visitor)
  expect(new URL(visitor.page.url()).pathname).toBe(`/live/${show}`)
})

test('a comment claims, answered to its author alone', async ({ arriveAs, show, stall }) => {
  const item = await stall.offer(show, 5)
  await stall.pin(show, item)
  const { visitor: taiwanese } = await arriveAs('phone', 'Jia')
  const { visitor: thai } = await arriveAs('desktop', 'Nok')
  await enterRoom(taiwanese, show)
  await enterRoom(thai, show)
  await say(taiwanese, `${item.code}+1`)
  await seesHold(taiwanese)
  await expect(chat(thai)).toContainText(`${item.code}+1`)
  await expect(pinnedCard(thai).getByRole('button', { name: thai.t('room.claim'), exact: true })).toBeVisible()
  await say(thai, `CF ${item.code}`)
  await seesHold(thai)

  const other = await stall.offer(show, 2)
  await say(thai, `CF ${other.code} +5`)
  const answer = thai.page.getByRole('status', { name: thai.t('room.answer.title') })
  await expect(answer.getByText(thai.t('room.answer.short', { count: '2' }))).toBeVisible()
  await answer.getByRole('button', { name: thai.t('room.answer.take', { count: '2' }) }).click()
  await expect(answer.getByText(thai.t('room.held-count', { count: '2' }))).toBeVisible()
  await expect(answer.getByRole('timer')).toHaveText(/^\d+:\d\d$/)
})

test('two race for the last one: one holds it, the other waits in line', async ({ arriveAs, show, stall }) => {
  const item = await stall.offer(show, 1)
  await stall.pin(show, item)
  const racers = [(await arriveAs('phone', 'Ah')).visitor, (await arriveAs('desktop', 'Beam')).visitor]
  for (const racer of racers) {
    await enterRoom(racer, show)
    await expect(pinnedCard(racer)).toContainText(item.code)
  }
  await Promise.all(racers.map((racer) => pinnedCard(racer).getByRole('button', { name: racer.t('room.claim'), exact: true }).click()))
  const answers = racers.map((racer) => pinnedCard(racer).getByRole('status'))
  await Promise.all(answers.map((answer) => expect(answer).toBeVisible()))
  const holds = await Promise.all(racers.map((racer) => pinnedCard(racer).getByRole('timer').count()))
  expect(holds.toSorted()).toEqual([0, 1])
  const loser = holds[0] ? 1 : 0
  await expect(answers[loser]!).toHaveText(racers[loser]!.t('room.waiting', { position: '1' }))
  const { available } = await stall.owner.get<{ available: number }>(`/variants/${item.variantId}/stock`)
  expect(available).toBe(0)
})
