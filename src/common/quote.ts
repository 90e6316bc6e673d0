import type { CheckParameters } from './checks.js'

/** Characters of a value out of a token that a log line shows. */
const maxQuoted = 64
/** Members of a list that a log line shows. */
const maxListed = 3

/**
 * A value out of a token for a log line: JSON-escaped and cut to 64 characters, so that it cannot forge a line. Only for
 * iss, aud, azp, alg, kid, typ and times.
 */
export function quote(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'string' || typeof value === 'number' ? value : `a ${kindOf(value)}`
  return ascii(JSON.stringify(typeof text === 'string' ? text.slice(0, maxQuoted) : text))
}

/** The same for an `aud`, which may be a list: its first values. */
function quoteAudience(aud: unknown): string {
  if (!Array.isArray(aud)) return quote(aud)
  const more = aud.length > maxListed ? `, and ${aud.length - maxListed} more` : ''
  return `[${aud.slice(0, maxListed).map(quote).join(', ')}${more}]`
}

/** Values that are expected: `"a" or "b"`. */
function quoteExpected(values: readonly string[]): string {
  const more = values.length > maxListed ? ` or ${values.length - maxListed} more` : ''
  return values.slice(0, maxListed).map(quote).join(' or ') + more
}

/** The parameters that come from a token, besides `aud`. */
const fromTokens: ReadonlySet<string> = new Set(['iss', 'azp', 'alg', 'kid', 'typ', 'exp', 'nbf', 'iat', 'time'])

/** The text of a check, with its parameters in place of their names in braces. */
export function detailOf(text: string, params: Partial<CheckParameters>): string {
  const { expected = [] } = params
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'failure') return String(params.failure?.error)
    if (name === 'expected') return quoteExpected(expected)
    const value: unknown = Reflect.get(params, name)
    if (name === 'tokenType')
      return value === 'user_token' ? 'a user_token' : `an ${value === 'opaque' ? 'opaque token' : value}`
    if (name === 'aud') return quoteAudience(value)
    if (fromTokens.has(name)) return quote(value)
    return Array.isArray(value) ? value.join(' or ') : String(value)
  })
}

/** The parameters of a check for structured logs: what came from a token is cut and cleaned. */
export function shownParams(params: Partial<CheckParameters>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(params).map(([name, value]) => {
    if (name === 'aud' && Array.isArray(value)) return [name, value.slice(0, maxListed).map(shown)]
    return [name, name === 'aud' || fromTokens.has(name) ? shown(value) : value]
  })
  return Object.fromEntries(entries)
}

/** A value out of a token for structured logs: cut to 64 characters, without control and other unusual characters. */
function shown(value: unknown): unknown {
  if (typeof value === 'string') return ascii(value.slice(0, maxQuoted))
  return typeof value === 'object' || typeof value === 'boolean' ? `a ${kindOf(value)}` : value
}

// JSON leaves DEL, C1 controls, bidirectional marks and the neighbours of lone surrogates as they are.
const unusual = /[^\x20-\x7e]/g

function ascii(text: string): string {
  return text.replace(unusual, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'list' : typeof value
}
