// Every locale has exactly the keys of the source, and every message uses the same placeholders.
import { readdirSync, readFileSync } from 'node:fs'
import { compileMessage } from '@lingui/message-utils/compileMessage'

const root = new URL('../src/i18n/catalogs/', import.meta.url)
const read = (locale, file) => JSON.parse(readFileSync(new URL(`${locale}/${file}`, root), 'utf8'))
const holders = (tokens) =>
  new Set(
    (Array.isArray(tokens) ? tokens : [])
      .filter(Array.isArray)
      .flatMap(([name, , options]) => [
        name,
        ...Object.values(options && typeof options === 'object' ? options : {}).flatMap((option) => [...holders(option)]),
      ]),
  )

const locales = readdirSync(root)
const problems = []
for (const file of readdirSync(new URL('en/', root))) {
  const source = read('en', file)
  for (const locale of locales) {
    const messages = read(locale, file)
    for (const key of Object.keys(messages)) if (!(key in source)) problems.push(`${locale}/${file}: unknown key ${key}`)
    for (const [key, text] of Object.entries(source)) {
      const message = messages[key]
      if (!message) {
        problems.push(`${locale}/${file}: missing ${key}`)
        continue
      }
      const wanted = [...holders(compileMessage(text))].sort().join()
      const found = [...holders(compileMessage(message))].sort().join()
      if (wanted !== found) problems.push(`${locale}/${file}: ${key} uses {${found}}, the source uses {${wanted}}`)
    }
  }
}
// Every error the API can answer has words of its own; the generated contract lists them.
const codes = JSON.parse(readFileSync(new URL('../../contracts/problems.json', import.meta.url), 'utf8'))
const words = Object.assign({}, ...readdirSync(new URL('en/', root)).map((file) => read('en', file)))
for (const { code } of codes) if (!(`problem.${code}` in words)) problems.push(`en: missing problem.${code}`)
if (problems.length) {
  console.error(problems.join('\n'))
  process.exit(1)
}
console.log(`i18n: ${locales.length} locales complete`)
