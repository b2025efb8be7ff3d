/** A refusal of the media server, with its status. */
export class ExchangeRefused extends Error {
  constructor(
    readonly status: number,
    /** Seconds after which to ask again, when it said so. */
    readonly retryAfter: number | null,
  ) {
    super(`The media server answered ${status}.`)
  }
}

interface Options {
  url: string
  token?: string
  signal?: AbortSignal
  /** Last word on the offer before it goes out. */
  mend?: (sdp: string) => string
}

const GATHER_MS = 800
const TRICKLE = 'application/trickle-ice-sdpfrag'

/** Servers for finding a way through, as `Link: <stun:…>; rel="ice-server"` names them. */
export function iceServers(link: string | null): RTCIceServer[] {
  return (link ?? '').split(/,\s*(?=<)/).flatMap((entry) => {
    const url = /^\s*<([^>]+)>/.exec(entry)?.[1]
    if (!url || !/rel="?ice-server"?/.test(entry)) return []
    const username = /username="([^"]*)"/.exec(entry)?.[1]
    const credential = /credential="([^"]*)"/.exec(entry)?.[1]
    return [{ urls: url, ...(username && { username }), ...(credential && { credential }) }]
  })
}

/** The part of a description that says where candidates belong (RFC 8840). */
export function trickleFragment(sdp: string, lines: readonly string[]): string {
  const find = (pattern: RegExp) => pattern.exec(sdp)?.[0] ?? ''
  return [find(/^a=ice-ufrag:.*$/m), find(/^a=ice-pwd:.*$/m), find(/^m=.*$/m), find(/^a=mid:.*$/m), ...lines.map((line) => `a=${line}`), ''].filter((line, at, all) => line !== '' || at === all.length - 1).join('\r\n')
}

function gathered(peer: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      peer.removeEventListener('icegatheringstatechange', look)
      resolve()
    }
    const look = () => {
      if (peer.iceGatheringState === 'complete') done()
    }
    const timer = setTimeout(done, GATHER_MS)
    peer.addEventListener('icegatheringstatechange', look)
    look()
  })
}

/** Whether the other side has said goodbye, not we: its session is over then. */
const wasLeft = (peer: RTCPeerConnection) =>
  peer.signalingState !== 'closed' &&
  peer.getTransceivers().some(({ receiver, sender }) => (receiver.transport ?? sender.transport)?.state === 'closed')

/**
 * One session by WHIP (RFC 9725) or WHEP: the offer goes out by POST, late candidates by PATCH when the server takes them, and the
 * end by DELETE.
 */
export class Exchange {
  private resource: string | null = null
  private etag = '*'
  private takesTrickle = false
  private late: string[] = []
  private readonly leave = () => this.end()

  private constructor(
    private readonly peer: RTCPeerConnection,
    private readonly options: Options,
  ) {}

  static async open(peer: RTCPeerConnection, options: Options): Promise<Exchange> {
    const exchange = new Exchange(peer, options)
    await exchange.start()
    return exchange
  }

  /** Tells the server, also while the page goes away. Safe to call twice. */
  end(): void {
    removeEventListener('pagehide', this.leave)
    const { resource } = this
    this.resource = null
    if (resource && !wasLeft(this.peer)) void fetch(resource, { method: 'DELETE', headers: this.headers(), keepalive: true }).catch(() => undefined)
  }

  private headers(type?: string): Record<string, string> {
    const { token } = this.options
    return { ...(type && { 'Content-Type': type }), ...(token && { Authorization: `Bearer ${token}` }) }
  }

  private async start(): Promise<void> {
    const { peer, options } = this
    await peer.setLocalDescription()
    await gathered(peer)
    const sdp = peer.localDescription?.sdp ?? ''
    peer.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate?.candidate) this.trickle(candidate.candidate)
    })
    const answer = await fetch(options.url, {
      method: 'POST',
      headers: this.headers('application/sdp'),
      body: options.mend ? options.mend(sdp) : sdp,
      signal: options.signal ?? null,
    })
    if (!answer.ok) throw new ExchangeRefused(answer.status, Number(answer.headers.get('Retry-After')) || null)
    const location = answer.headers.get('Location')
    if (location) {
      this.resource = new URL(location, answer.url || options.url).href
      addEventListener('pagehide', this.leave)
    }
    this.etag = answer.headers.get('ETag') ?? '*'
    const text = await answer.text()
    this.takesTrickle = answer.headers.get('Accept-Patch')?.includes(TRICKLE) ?? /^a=ice-options:.*trickle/m.test(text)
    const servers = iceServers(answer.headers.get('Link'))
    if (servers.length > 0) peer.setConfiguration({ ...peer.getConfiguration(), iceServers: servers })
    await peer.setRemoteDescription({ type: 'answer', sdp: text })
    this.flush()
  }

  private trickle(candidate: string): void {
    this.late.push(candidate)
    this.flush()
  }

  private flush(): void {
    const sdp = this.peer.localDescription?.sdp
    if (!this.resource || !this.takesTrickle || !sdp || this.late.length === 0) return
    const lines = this.late
    this.late = []
    const headers = { ...this.headers(TRICKLE), 'If-Match': this.etag }
    void fetch(this.resource, { method: 'PATCH', headers, body: trickleFragment(sdp, lines) }).catch(() => undefined)
  }
}

const LOST_AFTER_MS = 4000

/** Calls back once when the line is lost: refused at once, or gone for some seconds. */
export function watchLine(peer: RTCPeerConnection, lost: () => void): void {
  let timer: ReturnType<typeof setTimeout> | null = null
  peer.addEventListener('connectionstatechange', () => {
    const state = peer.connectionState
    if (timer) clearTimeout(timer)
    timer = null
    if (state === 'failed') lost()
    else if (state === 'disconnected') timer = setTimeout(lost, LOST_AFTER_MS)
  })
}
