import { describe, expect, it } from 'vitest'
import { obsProfile, obsProfileZip } from './obs-profile'
import { crc32 } from './zip'

const target = { title: '夜市\nShow', server: 'rtmp://127.0.0.1:1935/live', key: 'secret-key' }

describe('the OBS profile', () => {
  it('names server and key as OBS reads them, on lines of its own', () => {
    const files = obsProfile(target)
    expect(JSON.parse(files['service.json'] ?? '')).toEqual({ type: 'rtmp_custom', settings: { server: target.server, key: target.key, use_auth: false, bwtest: false } })
    expect(files['basic.ini']).toContain('\nName=夜市 Show\n')
  })

  it('is a folder in a ZIP file', async () => {
    const bytes = new Uint8Array(await obsProfileZip(target).arrayBuffer())
    const view = new DataView(bytes.buffer)
    expect(view.getUint32(0, true)).toBe(0x04034b50)
    const end = bytes.length - 22
    expect([view.getUint32(end, true), view.getUint16(end + 10, true)]).toEqual([0x06054b50, 2])
    // The list of files lies where the end says, and ends where the end begins.
    expect(view.getUint32(view.getUint32(end + 16, true), true)).toBe(0x02014b50)
    expect(view.getUint32(end + 16, true) + view.getUint32(end + 12, true)).toBe(end)
    expect(new TextDecoder().decode(bytes)).toContain('Nightmarket/service.json')
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
  })
})
