import type { Locator } from '@playwright/test'
import { findsOrder, placeOrder } from './support/checkout.ts'
import { expect, test } from './support/journey.ts'
import { enterRoom, pinnedCard, say, seesHold } from './support/room.ts'
import type { Visitor } from './support/visitor.ts'

/** Long enough for a slow machine to see who won and to pay afterwards, short enough to be waited for. */
const HOLD_SECONDS = 30

const answerIn = (visitor: Visitor): Locator => visitor.page.getByRole('status', { name: visitor.t('room.answer.title') })

test.afterEach(({ show, stall }) => stall.owner.patch(`/streams/${show}`, { hold_seconds: null }))

test('two race for the last one, by tap and by comment: the loser waits, the winner lets it go, the loser buys it', async ({ arriveAs, show, stall }) => {
  test.setTimeout(180_000)
  await stall.owner.patch(`/streams/${show}`, { hold_seconds: HOLD_SECONDS })
  const item = await stall.offer(show, 1)
  await stall.pin(show, item)
  const { visitor: tapper } = await arriveAs('phone', 'Ah')
  const { visitor: writer } = await arriveAs('desktop', 'Beam')
  const racers = [tapper, writer] as const
  for (const racer of racers) {
    await enterRoom(racer, show)
    await expect(pinnedCard(racer)).toContainText(item.code)
  }
  await Promise.all([pinnedCard(tapper).getByRole('button', { name: tapper.t('room.claim'), exact: true }).click(), say(writer, `CF ${item.code}`)])

  const answers = racers.map((racer) => pinnedCard(racer).getByRole('status'))
  await Promise.all(answers.map((answer) => expect(answer).toBeVisible()))
  const holds = await Promise.all(racers.map((racer) => pinnedCard(racer).getByRole('timer').count()))
  expect(holds.toSorted()).toEqual([0, 1])
  const [winner, loser] = holds[0] ? racers : ([writer, tapper] as const)
  await expect(pinnedCard(loser).getByRole('status')).toHaveText(loser.t('room.waiting', { position: '1' }))
  await expect(pinnedCard(loser).getByRole('button', { name: loser.t('room.leave-line') })).toBeVisible()
  await seesHold(winner)
  expect((await stall.owner.get<{ available: number }>(`/variants/${item.variantId}/stock`)).available).toBe(0)

  // The winner does nothing. Both are told what that means.
  await expect(answerIn(loser)).toContainText(loser.t('room.answer.promoted') as string, { timeout: HOLD_SECONDS * 1000 + 30_000 })
  await expect(answerIn(winner)).toContainText(winner.t('room.answer.expired') as string)
  await expect(pinnedCard(winner).getByRole('button', { name: winner.t('room.waitlist') })).toBeVisible()
  await seesHold(loser)
  await pinnedCard(loser).getByRole('button', { name: loser.t('room.pay'), exact: true }).click()
  await expect(loser.sheet('checkout.title')).toContainText(item.title)
  await placeOrder(loser)
  await winner.findsNothingWrong()
  await loser.page.locator('button[value=paid]').first().click()
  await expect(loser.page.getByRole('heading', { name: loser.t('pay.done') })).toBeVisible()
  expect((await findsOrder(loser, stall, item)).state).toBe('paid')
})
