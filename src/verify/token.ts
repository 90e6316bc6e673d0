import { decodeText } from '#signature'
import { isB64Token, longestToken } from '../core/bearer.js'
import { type JsonObject, parseObject } from '../core/claims.js'
import { Refusal } from '../core/errors.js'

/** A compact JWS, taken apart (RFC 7515, 7.1). Nothing here is proven. */
export interface Segments {
  readonly text: string
  readonly headerSegment: string
  readonly claimsSegment: string
  /** Where the signature begins: the index of the last dot. */
  readonly signatureDot: number
}

// RFC 7515, 2 and 7.1: three base64url segments, no padding, no white space. Node's decoder drops what it does not know.
const compact = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)$/
const encrypted = /^(?:[A-Za-z0-9_-]*\.){4}[A-Za-z0-9_-]*$/

/** Takes a compact JWS apart, strictly: one token has one spelling. */
export function segments(text: string): Segments {
  if (text.length > longestToken) throw malformed(`the token is over ${longestToken} characters`)
  const parts = compact.exec(text)
  if (parts === null) {
    if (!isB64Token(text)) throw new Refusal('invalid_request', 'what follows "Bearer" is not one token')
    if (encrypted.test(text)) {
      throw new Refusal('encrypted_token', 'this is a JWE: turn id token encryption off in the application')
    }
    throw malformed('this is no JWT: three base64url segments, joined by dots')
  }
  const [, headerSegment = '', claimsSegment = '', signature = ''] = parts
  if (!(isCanonical(headerSegment) && isCanonical(claimsSegment) && isCanonical(signature))) {
    throw malformed('a segment is no canonical base64url')
  }
  return { text, headerSegment, claimsSegment, signatureDot: text.length - signature.length - 1 }
}

/** The claims in their segment, as the token says them. */
export function readClaims(segment: string): JsonObject {
  const text = decodeText(segment)
  const claims = text === undefined ? undefined : parseObject(text)
  if (claims === undefined) throw malformed('the claims are no JSON object in UTF-8')
  return claims
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** RFC 4648, 3.5: the bits that the last character has too many are zero. */
function isCanonical(segment: string): boolean {
  const rest = segment.length % 4
  if (rest === 0) return true
  if (rest === 1) return false
  return alphabet.indexOf(segment.charAt(segment.length - 1)) % (rest === 2 ? 16 : 4) === 0
}

function malformed(detail: string): Refusal {
  return new Refusal('malformed_token', detail)
}
