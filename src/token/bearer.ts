import { type Refusal, refuse } from '../common/refusal.js'

/** Whether the header must say `Bearer`, or may be the bare token, as some of Authing's own SDKs send it. */
export type BearerPrefix = 'required' | 'optional'

// RFC 9110, 5.6.2 and 11.4: credentials = auth-scheme [ 1*SP ( token68 / ... ) ]
const scheme = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/
// RFC 6750, 2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/
// Some hosts join two Authorization lines into one list.
const joinedBearer = /,[ \t]*bearer(?:[ \t]|$)/i

/**
 * Reads the token from the value of the Authorization header (RFC 6750, 2.1); undefined if there is no header.
 *
 * Everything behind the scheme is the token, not its first word: {@link isB64Token} or a narrower grammar checks it.
 */
export function readBearer(header: unknown, prefix: BearerPrefix): string | undefined | Refusal {
  if (header === undefined || header === null || header === '') return undefined
  if (typeof header !== 'string') return refuse('header_not_string')
  const token = readUsualBearer(header)
  if (token !== undefined) return token
  const name = scheme.exec(header)?.[0]
  if (name === undefined) return refuse('header_without_scheme')
  if (name.toLowerCase() !== 'bearer') return readBare(header, prefix)

  let start = name.length
  while (header.charCodeAt(start) === 0x20) start++
  if (start === header.length) return refuse('header_without_token')
  if (start === name.length) return refuse('header_without_space')
  return header.slice(start)
}

/**
 * The token of a header in the form that nearly every client sends: `Bearer`, one space, the token. Undefined for every
 * other header, which {@link readBearer} reads.
 */
export function readUsualBearer(header: unknown): string | undefined {
  if (typeof header !== 'string' || !header.startsWith('Bearer ')) return undefined
  return header.length > 7 && header.charCodeAt(7) !== 0x20 ? header.slice(7) : undefined
}

/** A bare token, out of a cookie or from a caller of `verifyToken`. */
export function readToken(token: unknown): string | Refusal {
  if (token === undefined || token === null || token === '') return refuse('token_missing')
  return typeof token === 'string' ? token : refuse('token_not_string')
}

/**
 * Whether a text is one token (RFC 6750, 2.1). Only for what is not a JWT: a JWT has passed a narrower alphabet, and
 * reading each token twice would cost every request.
 */
export function isB64Token(text: string): boolean {
  return b64token.test(text)
}

function readBare(header: string, prefix: BearerPrefix): string | Refusal {
  if (joinedBearer.test(header)) return refuse('header_repeated')
  const bare = !header.includes(' ')
  if (bare && prefix === 'optional') return header
  return refuse(bare ? 'header_bare_token' : 'header_other_scheme')
}
