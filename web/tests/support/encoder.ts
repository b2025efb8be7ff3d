import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { REPOSITORY } from './product.ts'

let program: string | null = null

/** ffmpeg, the one the server's environment brings along. */
function ffmpeg(): string {
  program ??= execFileSync(join(REPOSITORY, 'server/.venv/bin/python'), ['-c', 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())'], { encoding: 'utf8' }).trim()
  return program
}

/** One frame of the test picture as a JPEG, to have something to upload. */
export function photograph(): Buffer {
  return execFileSync(ffmpeg(), ['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=480x480', '-frames:v', '1', '-c:v', 'mjpeg', '-f', 'image2pipe', '-'])
}

/** Publishes a moving test picture with a tone by RTMP, as OBS would. */
export class Encoder {
  private readonly child: ChildProcess
  private complaint = ''
  private readonly orphan = () => this.child.kill('SIGKILL')
  /** The exit status, once there is one. */
  readonly ended: Promise<number | null>

  constructor(address: string) {
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=180x320:rate=15', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100']
    const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '15', '-threads', '1', '-c:a', 'aac']
    this.child = spawn(ffmpeg(), ['-hide_banner', '-loglevel', 'error', '-re', ...picture, ...coding, '-f', 'flv', address], { stdio: ['ignore', 'ignore', 'pipe'] })
    this.child.stderr?.on('data', (chunk: Buffer) => (this.complaint += chunk.toString()))
    process.once('exit', this.orphan)
    this.ended = new Promise((resolve) => this.child.once('exit', (code) => resolve(code)))
  }

  get complaints(): string {
    return this.complaint
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM')
    await this.ended
    process.off('exit', this.orphan)
  }
}
