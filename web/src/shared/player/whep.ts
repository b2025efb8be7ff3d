import { serverNow } from '@/shared/hooks/now'
import { Exchange, watchLine } from '@/shared/webrtc/exchange'
import type { Source } from './source'

const FIRST_PICTURE_MS = 6000
/** From the camera to this screen: the way there, and what the browser holds back against jitter. */
const USUAL_DELAY_MS = 250

/** Watches by WebRTC. Rejects when the server will not, or when no picture comes in time: HLS is there for everybody. */
export async function openWhep(video: HTMLVideoElement, url: string, soundOnly: boolean, failed: () => void): Promise<Source> {
  const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
  const ended = new AbortController()
  const media = new MediaStream()
  let exchange: Exchange | null = null
  let closed = false
  const close = () => {
    if (closed) return
    closed = true
    ended.abort()
    exchange?.end()
    peer.close()
    if (video.srcObject === media) video.srcObject = null
  }
  peer.addEventListener('track', ({ track }) => media.addTrack(track))
  peer.addTransceiver('audio', { direction: 'recvonly' })
  if (!soundOnly) peer.addTransceiver('video', { direction: 'recvonly' })
  try {
    exchange = await Exchange.open(peer, { url, signal: ended.signal })
    video.srcObject = media
    await firstPicture(video, peer, ended.signal)
  } catch (error) {
    close()
    throw error
  }
  watchLine(peer, () => {
    if (!closed) failed()
  })
  return {
    transport: 'whep',
    setQuality: () => undefined,
    reload: failed,
    nudge: failed,
    takenAt: () => serverNow() - USUAL_DELAY_MS,
    destroy: close,
  }
}

/** Something has been decoded. Whether the browser lets it play is another question. */
function firstPicture(video: HTMLVideoElement, peer: RTCPeerConnection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      clearTimeout(timer)
      video.removeEventListener('loadeddata', onData)
      peer.removeEventListener('connectionstatechange', onState)
      if (error) reject(error)
      else resolve()
    }
    const onData = () => settle()
    const onState = () => {
      if (peer.connectionState === 'failed') settle(new Error('no way through'))
    }
    const timer = setTimeout(() => settle(new Error('no picture in time')), FIRST_PICTURE_MS)
    signal.addEventListener('abort', () => settle(new Error('given up')))
    video.addEventListener('loadeddata', onData)
    peer.addEventListener('connectionstatechange', onState)
    if (video.readyState >= 2) settle()
  })
}
