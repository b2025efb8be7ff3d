import { compileMessage } from '@lingui/message-utils/compileMessage'
import { describe, expect, it } from 'vitest'
import { matchLocale, pickLocale } from './locales'
import { runMessage, type Message, type Values } from './message'

const run = (locale: string, source: string, values: Values = {}) => runMessage(locale, compileMessage(source) as Message, values)

describe('messages', () => {
  it('fills in, counts and chooses', () => {
    expect(run('en', 'Hi {name}', { name: 'Ann' })).toBe('Hi Ann')
    expect(run('en', '{n, plural, =0 {none} one {# item} other {# items of {who}}}', { n: 1200, who: 'Bo' })).toBe('1,200 items of Bo')
    expect(run('en', '{n, plural, =0 {none} one {# item} other {# items}}', { n: 0 })).toBe('none')
    expect(run('th', '{n, plural, other {เหลือ # ชิ้น}}', { n: 1 })).toBe('เหลือ 1 ชิ้น')
    expect(run('en', '{k, select, a {first} other {rest}}', { k: 'z' })).toBe('rest')
  })
})

describe('locale', () => {
  it('tells the Chinese scripts apart', () => {
    expect(['zh-Hant-HK', 'zh-TW', 'zh', 'zh-SG', 'th-TH', 'fr'].map(matchLocale)).toEqual(['zh-TW', 'zh-TW', 'zh-CN', 'zh-CN', 'th', null])
  })
  it('goes by choice, account, link, browser', () => {
    const all = { chosen: 'ja', account: 'th', link: 'en', browser: ['zh-TW'] }
    expect(pickLocale(all)).toBe('ja')
    expect(pickLocale({ ...all, chosen: null })).toBe('th')
    expect(pickLocale({ ...all, chosen: null, account: null })).toBe('en')
    expect(pickLocale({ browser: ['fr', 'zh-HK'] })).toBe('zh-TW')
    expect(pickLocale({})).toBe('en')
  })
})
