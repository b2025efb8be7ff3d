import { createStore } from 'zustand'

export type QualityId = 'low' | 'medium' | 'high'
export type Shape = 'portrait' | 'landscape'
export type Facing = 'user' | 'environment'

/** Short and long side of the picture, and how many bits a second it may take. */
export const QUALITIES: Record<QualityId, { short: number; long: number; bitrate: number }> = {
  low: { short: 480, long: 854, bitrate: 900_000 },
  medium: { short: 720, long: 1280, bitrate: 2_500_000 },
  high: { short: 1080, long: 1920, bitrate: 4_000_000 },
}

/** Why there is no picture. Each has words that say what to do. */
export type CameraTrouble = 'denied' | 'missing' | 'busy' | 'insecure' | 'unsupported' | 'lost'

export interface CameraState {
  stream: MediaStream | null
  opening: boolean
  trouble: CameraTrouble | null
  facing: Facing
  quality: QualityId
  shape: Shape
  muted: boolean
  /** The phone itself took the sound away, for a call. */
  soundTaken: boolean
  canFlip: boolean
}

export function troubleOf(error: unknown): CameraTrouble {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing'
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy'
  return 'unsupported'
}

export function constraintsFor({ facing, quality, shape }: Pick<CameraState, 'facing' | 'quality' | 'shape'>): MediaTrackConstraints {
  const { short, long } = QUALITIES[quality]
  const upright = shape === 'portrait'
  return { facingMode: { ideal: facing }, width: { ideal: upright ? short : long }, height: { ideal: upright ? long : short }, frameRate: { ideal: 30, max: 30 } }
}

const SOUND: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }

/** Camera and microphone of this device. Tracks may be exchanged while somebody is watching; `onTracks` hears of it. */
export class Camera {
  readonly store = createStore<CameraState>(() => ({
    stream: null,
    opening: false,
    trouble: null,
    facing: 'user',
    quality: 'medium',
    shape: matchMedia('(orientation: landscape)').matches ? 'landscape' : 'portrait',
    muted: false,
    soundTaken: false,
    canFlip: false,
  }))
  onTracks: (stream: MediaStream) => void = () => undefined
  private turn = 0

  get state(): CameraState {
    return this.store.getState()
  }

  /** Both are asked for in one question, as phones want it. */
  async open(): Promise<void> {
    if (!isSecureContext) return this.fail('insecure')
    if (!navigator.mediaDevices?.getUserMedia) return this.fail('unsupported')
    const turn = (this.turn += 1)
    this.store.setState({ opening: true, trouble: null })
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: constraintsFor(this.state), audio: SOUND })
      if (turn !== this.turn) return stopAll(stream)
      this.take(stream)
      const devices = await navigator.mediaDevices.enumerateDevices()
      this.store.setState({ canFlip: devices.filter(({ kind }) => kind === 'videoinput').length > 1 })
    } catch (error) {
      if (turn === this.turn) this.fail(troubleOf(error))
    }
  }

  /** The other camera, another size or shape. Phones run one camera at a time, so the old picture stops first. */
  async change(wish: Partial<Pick<CameraState, 'facing' | 'quality' | 'shape'>>): Promise<void> {
    const { stream, facing } = this.state
    this.store.setState(wish)
    if (!stream) return
    const [old] = stream.getVideoTracks()
    const turn = (this.turn += 1)
    try {
      if (wish.facing === undefined && old) {
        await old.applyConstraints(constraintsFor(this.state))
        this.onTracks(stream)
        return
      }
      old?.stop()
      const fresh = await navigator.mediaDevices.getUserMedia({ video: constraintsFor(this.state) })
      if (turn !== this.turn) return stopAll(fresh)
      this.take(new MediaStream([...fresh.getVideoTracks(), ...stream.getAudioTracks()]))
    } catch (error) {
      if (turn !== this.turn) return
      if (wish.facing === undefined) return
      // The other camera would not come: back to the one that did.
      this.store.setState({ facing })
      if (troubleOf(error) === 'missing') await this.open()
      else this.fail(troubleOf(error))
    }
  }

  setMuted(muted: boolean): void {
    for (const track of this.state.stream?.getAudioTracks() ?? []) track.enabled = !muted
    this.store.setState({ muted })
  }

  close(): void {
    this.turn += 1
    if (this.state.stream) stopAll(this.state.stream)
    this.store.setState({ stream: null, opening: false })
  }

  private take(stream: MediaStream): void {
    const { muted } = this.state
    for (const track of stream.getAudioTracks()) {
      track.enabled = !muted
      track.onmute = () => this.store.setState({ soundTaken: true })
      track.onunmute = () => this.store.setState({ soundTaken: false })
    }
    for (const track of stream.getTracks()) {
      track.onended = () => {
        if (this.state.stream === stream) this.fail('lost')
      }
    }
    this.store.setState({ stream, opening: false, trouble: null, soundTaken: false })
    this.onTracks(stream)
  }

  private fail(trouble: CameraTrouble): void {
    this.close()
    this.store.setState({ trouble })
  }
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) {
    track.onended = null
    track.stop()
  }
}
