/** Runs messages compiled at build time. A token is text, `[name]`, or `[name, kind, choices]`. */
export type Token = string | readonly [string] | readonly [string, string, unknown]
export type Message = string | readonly Token[]
export type Values = Record<string, string | number>

const rules = new Map<string, Intl.PluralRules>()

function category(locale: string, count: number, kind: string): string {
  const id = `${locale}:${kind}`
  let rule = rules.get(id)
  if (!rule) {
    rule = new Intl.PluralRules(locale, { type: kind === 'selectordinal' ? 'ordinal' : 'cardinal' })
    rules.set(id, rule)
  }
  return rule.select(count)
}

function choose(locale: string, token: readonly [string, string, unknown], values: Values): string {
  const [name, kind, options] = token
  const value = values[name]
  const choices = options as Record<string, Message>
  if (kind === 'select') return runMessage(locale, choices[String(value)] ?? choices['other'] ?? '', values)
  const count = Number(value)
  const choice = choices[String(count)] ?? choices[category(locale, count, kind)] ?? choices['other'] ?? ''
  const number = new Intl.NumberFormat(locale).format(count)
  return runMessage(locale, typeof choice === 'string' ? choice : choice.map((part) => (part === '#' ? number : part)), values)
}

export function runMessage(locale: string, message: Message, values: Values = {}): string {
  if (typeof message === 'string') return message
  return message
    .map((token) => {
      if (typeof token === 'string') return token
      const [name] = token
      if (token.length === 3 && (token[1] === 'plural' || token[1] === 'select' || token[1] === 'selectordinal')) {
        return choose(locale, token, values)
      }
      const value = values[name]
      return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : (value ?? '')
    })
    .join('')
}
