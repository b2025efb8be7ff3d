import { compileMessage } from '@lingui/message-utils/compileMessage'
import type { Plugin } from 'vite'

/** Turns `src/i18n/catalogs/<locale>/<name>.json` (ICU messages) into compiled tokens, so no parser ships to phones. */
export function icuCatalogs(): Plugin {
  return {
    name: 'icu-catalogs',
    enforce: 'pre',
    transform: {
      filter: { id: /\/i18n\/catalogs\/.+\.json$/ },
      handler(code) {
        const messages = JSON.parse(code) as Record<string, string>
        const compiled = Object.fromEntries(
          Object.entries(messages).map(([key, message]) => {
            const tokens = compileMessage(message)
            const only = tokens.length === 1 ? tokens[0] : undefined
            return [key, tokens.length === 0 ? '' : typeof only === 'string' ? only : tokens]
          }),
        )
        return { code: `export default ${JSON.stringify(compiled)}`, map: null, moduleType: 'js' }
      },
    },
  }
}
