import { describe, expect, it } from 'vitest'
import { iceServers, trickleFragment } from './exchange'

describe('WHIP and WHEP', () => {
  it('read servers from the Link header', () => {
    const link = '<stun:stun.example>; rel="ice-server", <turn:turn.example?transport=udp>; rel="ice-server"; username="me"; credential="pass"; credential-type="password", <https://example/next>; rel="next"'
    expect(iceServers(link)).toEqual([{ urls: 'stun:stun.example' }, { urls: 'turn:turn.example?transport=udp', username: 'me', credential: 'pass' }])
    expect(iceServers(null)).toEqual([])
  })

  it('say late candidates in the words of the session', () => {
    const sdp = ['v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=ice-ufrag:Ab1', 'a=ice-pwd:secret', 'a=mid:0', 'm=video 9 UDP/TLS/RTP/SAVPF 96', 'a=mid:1', ''].join('\r\n')
    const lines = trickleFragment(sdp, ['candidate:1 1 udp 1 192.0.2.1 5000 typ host']).split('\r\n')
    expect(lines).toEqual(['a=ice-ufrag:Ab1', 'a=ice-pwd:secret', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:0', 'a=candidate:1 1 udp 1 192.0.2.1 5000 typ host', ''])
  })
})
