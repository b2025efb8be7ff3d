import type { Page } from '@playwright/test'

/** Publishes a canvas whose colour changes ten times a second, with a tone, by WHIP. Gives the session's address. */
export function publishCanvas(page: Page, url: string, token: string): Promise<string> {
  return page.evaluate(
    async ({ url, token }) => {
      const canvas = document.body.appendChild(document.createElement('canvas'))
      Object.assign(canvas, { width: 640, height: 360 })
      const paint = canvas.getContext('2d')
      let hue = 0
      setInterval(() => {
        hue = (hue + 47) % 360
        if (!paint) return
        paint.fillStyle = `hsl(${hue} 90% 50%)`
        paint.fillRect(0, 0, canvas.width, canvas.height)
      }, 100)
      const sound = new AudioContext()
      await sound.resume()
      const speaker = sound.createMediaStreamDestination()
      const tone = sound.createOscillator()
      tone.connect(speaker)
      tone.start()
      const connection = new RTCPeerConnection()
      for (const track of [...canvas.captureStream(30).getTracks(), ...speaker.stream.getTracks()]) {
        connection.addTransceiver(track, { direction: 'sendonly' })
      }
      await connection.setLocalDescription()
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` },
        body: connection.localDescription?.sdp ?? '',
      })
      if (answer.status !== 201) throw new Error(`WHIP answered ${answer.status}: ${await answer.text()}`)
      await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
      Object.assign(window, { connection })
      return new URL(answer.headers.get('Location') ?? '', url).href
    },
    { url, token },
  )
}

/** Watches by WHEP in a video element. */
export function watchByWhep(page: Page, url: string): Promise<void> {
  return page.evaluate(async (url) => {
    const video = document.body.appendChild(document.createElement('video'))
    Object.assign(video, { autoplay: true, playsInline: true })
    const connection = new RTCPeerConnection()
    const incoming = new MediaStream()
    connection.ontrack = ({ track }) => {
      incoming.addTrack(track)
      video.srcObject = incoming
    }
    for (const kind of ['video', 'audio']) connection.addTransceiver(kind, { direction: 'recvonly' })
    await connection.setLocalDescription()
    const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: connection.localDescription?.sdp ?? '' })
    if (answer.status !== 201) throw new Error(`WHEP answered ${answer.status}: ${await answer.text()}`)
    await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
    Object.assign(window, { connection })
  }, url)
}

/** The colour in the middle of the video, as a text; empty while there is no picture. */
export function colour(page: Page): Promise<string> {
  return page.evaluate(() => {
    const video = document.querySelector('video')
    if (!video?.videoWidth) return ''
    const canvas = new OffscreenCanvas(8, 8)
    const paint = canvas.getContext('2d')
    paint?.drawImage(video, 0, 0, 8, 8)
    return `${video.videoWidth}x${video.videoHeight} ${paint?.getImageData(4, 4, 1, 1).data.join(' ') ?? ''}`
  })
}

/** How many seconds of sound have been decoded, and whether there is any. */
export function soundEnergy(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { connection } = window as unknown as { connection: RTCPeerConnection }
    for (const report of (await connection.getStats()).values() as Iterable<{ type: string; kind?: string; totalAudioEnergy?: number }>) {
      if (report.type === 'inbound-rtp' && report.kind === 'audio') return report.totalAudioEnergy ?? 0
    }
    return 0
  })
}
