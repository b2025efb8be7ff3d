import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

/** Emits `sw.js` from `src/pwa/worker.js`, with the list of entry files of this build filled in. */
export function shellWorker(): Plugin {
  const source = fileURLToPath(new URL('../src/pwa/worker.js', import.meta.url))
  return {
    name: 'shell-worker',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const shell = new Set<string>(['/'])
        for (const file of Object.values(bundle)) {
          if (file.type === 'chunk' && file.isEntry) {
            shell.add(`/${file.fileName}`)
            for (const name of file.imports) shell.add(`/${name}`)
          }
          if (file.type === 'asset' && file.fileName.endsWith('.css')) shell.add(`/${file.fileName}`)
        }
        const list = JSON.stringify([...shell].sort())
        const version = createHash('sha256').update(list).digest('hex').slice(0, 12)
        const code = readFileSync(source, 'utf8').replace('__SHELL__', list).replace('__VERSION__', version)
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: code })
      },
    },
  }
}
