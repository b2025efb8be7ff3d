import { spawn, type ChildProcess } from 'node:child_process'
import { appendFileSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url))
const PROGRAM = join(REPOSITORY, 'server/.venv/bin/nightmarket')
const CLIENT = join(REPOSITORY, 'web/dist/index.html')
const STARTED_WITHIN = 90_000

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port'))))
    })
  })
}

/** Looks until a condition holds; what it looked at last explains a failure. */
export async function until<T>(what: string, look: () => Promise<T | false | null | undefined>, within = 30_000): Promise<T> {
  const deadline = Date.now() + within
  for (;;) {
    const seen = await look()
    if (seen) return seen
    if (Date.now() > deadline) throw new Error(`Waited ${within / 1000} s in vain until ${what}.`)
    await pause(100)
  }
}

const ended = (process: ChildProcess) => process.exitCode !== null || process.signalCode !== null
const end = (process: ChildProcess) => new Promise<void>((resolve) => (ended(process) ? resolve() : process.once('exit', () => resolve())))

/** `nightmarket up` on a data folder of its own: started, killed, started again on the same data, stopped. */
export class Product {
  readonly folder = mkdtempSync(join(tmpdir(), 'nightmarket-journeys-'))
  private readonly logFile = join(this.folder, 'up.log')
  private child: ChildProcess | null = null
  private readonly orphan = () => this.child?.kill('SIGKILL')

  private constructor(
    private readonly port: number,
    private readonly rtmpPort: number,
  ) {
    process.once('exit', this.orphan)
  }

  static async create(...options: string[]): Promise<Product> {
    for (const [path, verb] of [[PROGRAM, 'install it'], [CLIENT, 'build the web client']] as const) {
      if (!existsSync(path)) throw new Error(`${path} is missing: run "make setup" to ${verb}.`)
    }
    const product = new Product(await freePort(), await freePort())
    await product.start(...options)
    return product
  }

  get address(): string {
    return `http://localhost:${this.port}`
  }

  async start(...options: string[]): Promise<void> {
    const log = openSync(this.logFile, 'a')
    this.child = spawn(PROGRAM, ['up', '--port', String(this.port), '--data-dir', this.folder, ...options], {
      cwd: this.folder,
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        NIGHTMARKET_ENVIRONMENT: 'test',
        NIGHTMARKET_LOG_LEVEL: 'warning',
        NIGHTMARKET_MEDIA__RTMP_PORT: String(this.rtmpPort),
        NIGHTMARKET_RATE_LIMITS: '{"log_in": 0, "sign_up": 0, "write": 0}',
      },
    })
    closeSync(log)
    const { child } = this
    await until(
      'the product is ready',
      async () => {
        if (ended(child)) throw new Error(`The product ended by itself:\n${this.log()}`)
        return fetch(`${this.address}/readyz`).then((answer) => answer.ok, () => false)
      },
      STARTED_WITHIN,
    )
  }

  /** What a power cut does. */
  async kill(): Promise<void> {
    await this.signal('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.signal('SIGINT')
    process.off('exit', this.orphan)
    rmSync(this.folder, { recursive: true, force: true })
  }

  log(): string {
    return readFileSync(this.logFile, 'utf8')
  }

  note(text: string): void {
    appendFileSync(this.logFile, `${text}\n`)
  }

  private async signal(name: 'SIGKILL' | 'SIGINT'): Promise<void> {
    const { child } = this
    if (!child) return
    if (!ended(child)) child.kill(name)
    await end(child)
    this.child = null
  }
}
