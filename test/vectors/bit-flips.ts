import type { Reason } from 'authing-guard'

/** Every token that differs from this one in one bit of its text. */
export function textFlipped(token: string): readonly string[] {
  return Array.from({ length: token.length * 8 }, (_, at) => {
    const index = at >> 3
    const char = String.fromCharCode(token.charCodeAt(index) ^ (1 << (at & 7)))
    return token.slice(0, index) + char + token.slice(index + 1)
  })
}

/** Every token that differs from this one in one bit of what its three segments encode. */
export function bytesFlipped(token: string): readonly string[] {
  const segments = token.split('.')
  return segments.flatMap((segment, place) => {
    const bytes = Buffer.from(segment, 'base64url')
    return Array.from({ length: bytes.length * 8 }, (_, at) => {
      const flipped = Buffer.from(bytes)
      flipped[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7))
      return segments.with(place, flipped.toString('base64url')).join('.')
    })
  })
}

/** Whether a header field can carry a text at all (RFC 9110, 5.5): no control character but the tab can be sent. */
export function isHttpText(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text)
}

export interface Expected {
  /** The token before one bit of it was flipped: RS256, by the only key of its issuer. */
  readonly good: string
  /** Whether the guard has verified a token with the same header before: then it asks the signature first. */
  readonly knowsHeader: boolean
}

/** Why a token with one bit flipped is refused, worked out without the guard's code. */
export function reasonFor(flipped: string, { good, knowsHeader }: Expected): Reason {
  // RFC 6750, 2.1: b64token. What is none is a malformed request, whatever it was meant to be.
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(flipped)) return 'invalid_request'
  const segments = flipped.split('.')
  if (segments.length !== 3 || segments.some((segment) => recoded(segment) !== segment)) return 'malformed_token'

  const [header = '', claims = ''] = segments
  const [goodHeader = '', goodClaims = ''] = good.split('.')
  if (header !== goodHeader) return reasonForHeader(read(header), read(goodHeader))
  if (claims === goodClaims || knowsHeader) return 'bad_signature'
  const said = read(claims)
  if (said === undefined) return 'malformed_token'
  return said['iss'] === read(goodClaims)?.['iss'] ? 'bad_signature' : 'unknown_issuer'
}

type Members = Record<string, unknown> | undefined

function reasonForHeader(header: Members, good: Members): Reason {
  if (header === undefined) return 'malformed_token'
  if (header['alg'] !== 'RS256') return 'wrong_algorithm'
  const { kid, typ } = header
  if (typ !== undefined && String(typ).toUpperCase() !== 'JWT') return 'malformed_token'
  // Without a kid the only key there is is meant.
  return kid === undefined || kid === good?.['kid'] ? 'bad_signature' : 'unknown_key'
}

const recoded = (segment: string) => Buffer.from(segment, 'base64url').toString('base64url')

/** A segment to the JSON object in it; undefined where it holds none, or no UTF-8. */
function read(segment: string): Members {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  try {
    const value: unknown = JSON.parse(utf8.decode(Buffer.from(segment, 'base64url')))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
