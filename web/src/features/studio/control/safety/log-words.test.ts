import { compileMessage } from '@lingui/message-utils/compileMessage'
import { describe, expect, it } from 'vitest'
import words from '@/i18n/catalogs/en/studio.json?raw'
import { runMessage, type Message } from '@/shared/i18n/message'
import type { Translate } from '@/shared/i18n/store'
import type { ModerationEntry } from '../../api/types'
import { logQuote, logText } from './log-words'

const catalog = JSON.parse(words) as Record<string, string>
const t: Translate = (id, values) => runMessage('en', compileMessage(catalog[id] ?? id) as Message, values)
const entry = (action: string, more: Partial<ModerationEntry> = {}): ModerationEntry => ({ id: 'mod_1', action, by: { id: 'usr_1', name: 'Mei' }, subject: { id: 'usr_2', name: 'Bo' }, message: null, detail: {}, at: '2026-01-21T13:00:00Z', ...more })

describe('the trail in words', () => {
  it('tells a quiet mute from a loud one', () => {
    expect([logText(t, entry('mute')), logText(t, entry('mute', { detail: { shadow: true } }))]).toEqual(['muted Bo', 'muted Bo quietly'])
  })
  it('says the new value of a rule', () => {
    expect(logText(t, entry('slow_mode', { detail: { seconds: 0 } }))).toBe('set slow mode: No slow mode')
    expect(logText(t, entry('followers_only', { detail: { minutes: 1440 } }))).toBe('set who may chat: Followers for 1 day')
    expect(logText(t, entry('followers_only', { detail: { minutes: null } }))).toBe('set who may chat: Everybody')
    expect(logText(t, entry('links', { detail: { policy: 'block' } }))).toBe('set links: Refuse')
  })
  it('knows the two ends of raid mode', () => {
    expect([logText(t, entry('raid', { detail: { seconds: 600 } })), logText(t, entry('raid', { detail: { seconds: null } }))]).toEqual(['turned raid mode on', 'raid mode ended'])
  })
  it('quotes what was written, or what it was about; an act it does not know keeps its name', () => {
    expect(logQuote(entry('reply', { detail: { text: 'In red, too' }, message: { id: 'cht_1', text: 'Red?' } }))).toBe('In red, too')
    expect(logQuote(entry('delete', { message: { id: 'cht_1', text: 'Red?' } }))).toBe('Red?')
    expect(logText(t, entry('from_the_future'))).toBe('from_the_future')
  })
})
