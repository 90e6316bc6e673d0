import { decodeText } from '#signature'
import { isB64Token, longestToken } from '../core/bearer.js'
import { type JsonObject, parseObject } from '../core/claims.js'
import { Refusal } from '../core/errors.js'
import { type Header, type HeaderMemory, readHeader } from './header.js'

/** A compact JWS, taken apart. Nothing here is proven. */
export interface UnprovenToken {
  readonly text: string
  readonly headerSegment: string
  /** Where the signature begins: the index of the last dot. */
  readonly signatureDot: number
  readonly header: Header
  readonly claims: JsonObject
}

// RFC 7515, 2 and 7.1: three base64url segments, no padding, no white space. Node's decoder drops what it does not know.
const compact = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)$/
const encrypted = /^(?:[A-Za-z0-9_-]*\.){4}[A-Za-z0-9_-]*$/

/** Takes a compact JWS apart, strictly: one token has one spelling. */
export function readJwt(text: string, headers: HeaderMemory): UnprovenToken {
  const { headerSegment, claimsSegment, signatureDot } = segments(text)
  const header = headers.recall(headerSegment) ?? readHeader(headerSegment)
  const claimsText = decodeText(claimsSegment)
  const claims = claimsText === undefined ? undefined : parseObject(claimsText)
  if (claims === undefined) throw malformed('the claims are no JSON object in UTF-8')
  return { text, headerSegment, signatureDot, header, claims }
}

/** The three segments of a compact JWS (RFC 7515, 7.1), each in the one spelling that its bytes have. */
export function segments(text: string): { headerSegment: string; claimsSegment: string; signatureDot: number } {
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
  return { headerSegment, claimsSegment, signatureDot: text.length - signature.length - 1 }
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
