import { expect, test } from 'vitest'
import { likelyBuyers } from './likely-buyers'

const user = (id: string, name: string, role = 'buyer') => ({ user: { id, name, role } }) as Parameters<typeof likelyBuyers>[0]['chat'][number]
const sources = {
  author: 'Fang',
  q: '',
  chat: [user('usr_b', 'Bo'), user('usr_b', 'Bo'), user('usr_h', 'Host', 'host')],
  claims: [{ buyer: { id: 'usr_c', display_name: 'Cheng' } }, { buyer: null }],
  known: [
    { user_id: 'usr_f', display_name: 'fang yu' },
    { user_id: 'usr_c', display_name: 'Cheng' },
  ],
}

test('everybody once, those of the same name first, nobody of the shop', () => {
  expect(likelyBuyers(sources).map(({ id }) => id)).toEqual(['usr_f', 'usr_c', 'usr_b'])
})

test('a search narrows the list, whatever the case', () => {
  expect(likelyBuyers({ ...sources, q: 'CH' }).map(({ name }) => name)).toEqual(['Cheng'])
  expect(likelyBuyers({ ...sources, q: 'nobody' })).toEqual([])
})

test('the list stays short', () => {
  const known = Array.from({ length: 20 }, (_, at) => ({ user_id: `usr_${at}`, display_name: `Buyer ${at}` }))
  expect(likelyBuyers({ ...sources, known })).toHaveLength(6)
})
