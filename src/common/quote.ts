import type { Json } from './claims.js'

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
export function quoteAudience(aud: Json | undefined): string {
  if (!Array.isArray(aud)) return quote(aud)
  const more = aud.length > maxListed ? `, and ${aud.length - maxListed} more` : ''
  return `[${aud.slice(0, maxListed).map(quote).join(', ')}${more}]`
}

/** Values that are expected: `"a" or "b"`. */
export function quoteExpected(values: readonly string[]): string {
  const more = values.length > maxListed ? ` or ${values.length - maxListed} more` : ''
  return values.slice(0, maxListed).map(quote).join(' or ') + more
}

/** A value out of a token for structured logs: cut to 64 characters, without control and other unusual characters. */
function shown(value: unknown): unknown {
  if (typeof value === 'string') return ascii(value.slice(0, maxQuoted))
  return typeof value === 'object' || typeof value === 'boolean' ? `a ${kindOf(value)}` : value
}

/** The same for an `aud`: its first values. */
function shownAudience(aud: unknown): unknown {
  return Array.isArray(aud) ? aud.slice(0, maxListed).map(shown) : shown(aud)
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

const fromTokens: ReadonlySet<string> = new Set(['iss', 'azp', 'alg', 'kid', 'typ', 'exp', 'nbf', 'iat', 'time'])

/** The parameters of a check for structured logs: what came from a token is cut and cleaned. */
export function shownParams(params: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(params).map(([name, value]) => {
    if (name === 'aud') return [name, shownAudience(value)]
    return [name, fromTokens.has(name) ? shown(value) : value]
  })
  return Object.fromEntries(entries)
}
