import { QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import type { Claim, Page } from '@/api/types'
import { forgetClaim, rememberClaims } from './claims'
import { queryClient } from './client'
import { keys } from './keys'

const claim = { id: 'clm_1', item_id: 'itm_1', state: 'held', quantity: 1 } as Claim
const page = (...items: Claim[]): Page<Claim> => ({ items, next_cursor: null })
const ids = () => queryClient.getQueryData<Page<Claim>>(keys.claims)?.items.map((one) => one.id)

/** A screen that shows claims, and the answers the server will give it, in turn. */
function watching() {
  const answers: ((found: Page<Claim>) => void)[] = []
  const observer = new QueryObserver<Page<Claim>>(queryClient, {
    queryKey: keys.claims,
    queryFn: () => new Promise((resolve) => answers.push(resolve)),
  })
  return { answers, stop: observer.subscribe(() => undefined) }
}

afterEach(() => queryClient.clear())

test('a claim made while the list is still being read stays in it', async () => {
  const { answers, stop } = watching()
  rememberClaims([claim])
  expect(ids()).toEqual(['clm_1'])
  answers[0]?.(page())
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  expect(ids()).toEqual(['clm_1'])
  answers[1]?.(page(claim))
  await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0))
  expect(ids()).toEqual(['clm_1'])
  stop()
})

test('a claim given back while the list is being read again stays away', async () => {
  queryClient.setQueryData(keys.claims, page(claim))
  const { answers, stop } = watching()
  await vi.waitFor(() => expect(answers).toHaveLength(1))
  forgetClaim('clm_1')
  answers[0]?.(page(claim))
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  expect(ids()).toEqual([])
  stop()
})

test('a list that is not being read is left alone', () => {
  const { answers, stop } = watching()
  stop()
  queryClient.clear()
  rememberClaims([claim])
  expect(answers).toHaveLength(1)
  expect(ids()).toEqual(['clm_1'])
})
