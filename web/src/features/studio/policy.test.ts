import { describe, expect, it } from 'vitest'
import { may, mayRestrict } from './policy'

describe('rights in a shop', () => {
  it('gives the owner everything and a stranger nothing', () => {
    for (const right of ['edit', 'run', 'moderate', 'claimFor', 'count', 'ship', 'refund', 'manage'] as const) {
      expect(may('owner', right)).toBe(true)
      expect(may(null, right)).toBe(false)
    }
  })
  it('keeps hands off what is not theirs', () => {
    expect([may('host', 'refund'), may('host', 'manage'), may('moderator', 'run'), may('moderator', 'ship'), may('packer', 'edit'), may('packer', 'moderate')]).toEqual([false, false, false, false, false, false])
    expect([may('host', 'run'), may('moderator', 'claimFor'), may('packer', 'ship'), may('packer', 'count')]).toEqual([true, true, true, true])
  })
  it('lets people restrict only those below them', () => {
    expect(['buyer', 'packer', 'moderator', 'host', 'owner'].map((subject) => mayRestrict('moderator', subject))).toEqual([true, true, false, false, false])
    expect(['buyer', 'moderator', 'host', 'owner'].map((subject) => mayRestrict('owner', subject))).toEqual([true, true, true, false])
    expect(mayRestrict('packer', 'buyer')).toBe(false)
  })
})
