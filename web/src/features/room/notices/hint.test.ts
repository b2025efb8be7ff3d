import { describe, expect, it } from 'vitest'
import { Problem } from '@/api/problem'
import { openRules } from '@/shared/realtime/room-view'
import { hintFor, REFUSAL_MS, type Standing } from './hint'

const NOW = 1_769_000_000_000
const at = (changes: Partial<Standing> = {}): Standing => ({ now: NOW, rules: openRules, role: 'buyer', following: false, muted: false, mutedUntil: null, saidAt: 0, refusal: null, followedAt: null, ...changes })
const refused = (code: string, members: Record<string, unknown> = {}, ago = 1000) => ({ at: NOW - ago, text: 'hi', problem: new Problem(403, code, members) })

describe('hint above the comment box', () => {
  it('says nothing in an ordinary room', () => {
    expect(hintFor(at())).toBeNull()
  })

  it('asks to follow only who does not, and only while the rule holds', () => {
    const rules = { ...openRules, followers_only_minutes: 0 }
    expect(hintFor(at({ rules }))).toEqual({ kind: 'follow', minutes: 0 })
    expect(hintFor(at({ rules, following: true }))).toBeNull()
    expect(hintFor(at({ rules, following: undefined }))).toBeNull()
    expect(hintFor(at({ rules, following: true, refusal: refused('followers-only', { minutes: 0 }) }))).toBeNull()
  })

  it('says how long a new follower waits', () => {
    const rules = { ...openRules, followers_only_minutes: 10 }
    const refusal = refused('followers-only', { minutes: 10, must_follow_for: 300 })
    expect(hintFor(at({ rules, following: true, refusal }))).toEqual({ kind: 'followed', until: NOW - 1000 + 300_000 })
    expect(hintFor(at({ rules, following: true, refusal, now: NOW + 300_000 }))).toBeNull()
    expect(hintFor(at({ rules, following: true, followedAt: NOW }))).toEqual({ kind: 'followed', until: NOW + 600_000 })
  })

  it('counts down after an own message in slow mode, also when the server said later', () => {
    const rules = { ...openRules, slow_mode_seconds: 10 }
    expect(hintFor(at({ rules }))).toEqual({ kind: 'slow', seconds: 10, until: 0 })
    expect(hintFor(at({ rules, saidAt: NOW - 4000 }))).toEqual({ kind: 'slow', seconds: 10, until: NOW + 6000 })
    expect(hintFor(at({ rules, saidAt: NOW - 4000, refusal: refused('slow-mode', { retry_after: 9 }) }))).toEqual({ kind: 'slow', seconds: 10, until: NOW + 8000 })
  })

  it('explains a refusal for a while, then the rule that holds', () => {
    const rules = { ...openRules, slow_mode_seconds: 10 }
    const refusal = refused('message-blocked', { reason: 'link' })
    expect(hintFor(at({ rules, refusal }))).toEqual({ kind: 'refused', problem: refusal.problem })
    expect(hintFor(at({ rules, refusal, now: refusal.at + REFUSAL_MS }))?.kind).toBe('slow')
  })

  it('a mute comes before everything and ends by itself', () => {
    const rules = { ...openRules, followers_only_minutes: 0, raid_until: NOW + 60_000 }
    expect(hintFor(at({ rules, muted: true, mutedUntil: NOW / 1000 + 60 }))).toEqual({ kind: 'muted', until: NOW + 60_000 })
    expect(hintFor(at({ rules, muted: true, mutedUntil: NOW / 1000 - 1, following: true }))).toEqual({ kind: 'raid', until: NOW + 60_000 })
  })

  it('leaves the staff alone, except for what they could not send', () => {
    const rules = { ...openRules, followers_only_minutes: 0, slow_mode_seconds: 10, raid_until: NOW + 60_000 }
    expect(hintFor(at({ rules, role: 'moderator' }))).toBeNull()
    expect(hintFor(at({ rules, role: 'owner', refusal: refused('too-fast') }))?.kind).toBe('refused')
  })
})
