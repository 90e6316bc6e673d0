import { Refusal } from '../common/errors.js'

/** Whether the header must say `Bearer`, or may be the bare token, as some of Authing's own SDKs send it. */
export type BearerPrefix = 'required' | 'optional'

// RFC 9110, 5.6.2 and 11.4: credentials = auth-scheme [ 1*SP ( token68 / ... ) ]
const scheme = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+/
// RFC 6750, 2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/
// Some hosts join two Authorization lines into one list.
const joinedBearer = /,[ \t]*bearer(?:[ \t]|$)/i

/**
 * The Authorization header's value to the token in it, by RFC 6750, section 2.1; undefined where there is no header.
 *
 * Never "the first word" of what is there: everything behind the scheme is the token, and {@link isB64Token} or a
 * narrower grammar judges it.
 */
export function readBearer(header: unknown, prefix: BearerPrefix): string | undefined {
  if (header === undefined || header === null || header === '') return undefined
  if (typeof header !== 'string') {
    throw new Refusal('invalid_request', 'the Authorization header came as something else than one string')
  }
  const token = readUsualBearer(header)
  if (token !== undefined) return token
  const name = scheme.exec(header)?.[0]
  if (name === undefined) throw new Refusal('invalid_request', 'the Authorization header begins with no scheme')
  if (name.toLowerCase() !== 'bearer') return readBare(header, prefix)

  let start = name.length
  while (header.charCodeAt(start) === 0x20) start++
  if (start === header.length) throw new Refusal('invalid_request', 'no token follows "Bearer"')
  if (start === name.length) throw new Refusal('invalid_request', 'a space must follow "Bearer"')
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

/** A token that nothing may stand around: a cookie's, or a caller's of `verifyToken`. */
export function readToken(token: unknown): string {
  if (token === undefined || token === null || token === '') throw new Refusal('missing_token', 'there is no token')
  if (typeof token !== 'string')
    throw new Refusal('invalid_request', 'the token came as something else than one string')
  return token
}

/**
 * Whether this is one token at all (RFC 6750, 2.1), asked of what turned out to be no JWT: whatever is one has passed a
 * narrower alphabet, and reading each token twice would cost every request.
 */
export function isB64Token(text: string): boolean {
  return b64token.test(text)
}

function readBare(header: string, prefix: BearerPrefix): string {
  if (joinedBearer.test(header)) throw new Refusal('invalid_request', 'there is more than one Authorization header')
  const bare = !header.includes(' ')
  if (bare && prefix === 'optional') return header
  throw new Refusal(
    'missing_token',
    bare
      ? 'the header is a bare token without "Bearer": bearerPrefix: \'optional\' would read this'
      : 'the Authorization header has another scheme than Bearer',
  )
}
