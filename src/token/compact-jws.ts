import { decodeText, isBase64UrlWithDots } from '#signature'
import { type JsonObject, parseObject } from '../common/claims.js'
import { type Refusal, refuse } from '../common/refusal.js'
import { maxTokenLength } from '../crypto/limits.js'
import { isB64Token } from './bearer.js'

/** A compact JWS, taken apart (RFC 7515, 7.1). Nothing here is proven. */
export class CompactJws {
  constructor(
    readonly text: string,
    private readonly claimsDot: number,
    /** Where the signature begins: the index of the last dot. */
    readonly signatureDot: number,
  ) {}

  // Cut when they are read: a known header needs no string of its own, and the claims of a forged token are not read.
  get headerSegment(): string {
    return this.text.slice(0, this.claimsDot)
  }

  get claimsSegment(): string {
    return this.text.slice(this.claimsDot + 1, this.signatureDot)
  }
}

const encrypted = /^(?:[A-Za-z0-9_-]*\.){4}[A-Za-z0-9_-]*$/

/** Takes a compact JWS apart, strictly: each token has exactly one spelling. */
export function parseCompactJws(text: string): CompactJws | Refusal {
  if (text.length > maxTokenLength) return refuse('token_too_long', { max: maxTokenLength })
  // RFC 7515, 2 and 7.1: three base64url segments, no padding, no white space. Node's decoder drops what it does not know.
  const claimsDot = text.indexOf('.')
  const signatureDot = text.indexOf('.', claimsDot + 1)
  const isCompact = claimsDot > 0 && signatureDot > claimsDot + 1 && text.indexOf('.', signatureDot + 1) === -1
  if (!isCompact || !isBase64UrlWithDots(text)) {
    if (!isB64Token(text)) return refuse('header_not_one_token')
    return refuse(encrypted.test(text) ? 'token_encrypted' : 'token_not_jwt')
  }
  const isOneSpelling =
    isCanonical(text, 0, claimsDot) &&
    isCanonical(text, claimsDot + 1, signatureDot) &&
    isCanonical(text, signatureDot + 1, text.length)
  if (!isOneSpelling) return refuse('segment_not_canonical')
  return new CompactJws(text, claimsDot, signatureDot)
}

/** Decodes the claims. Nothing in them is proven. */
export function readClaims(segment: string): JsonObject | Refusal {
  const text = decodeText(segment)
  const claims = text === undefined ? undefined : parseObject(text)
  return claims ?? refuse('claims_not_json')
}

// The characters of base64url whose last four bits, or last two, are zero.
const endsOfOneByte = 'AQgw'
const endsOfTwoBytes = 'AEIMQUYcgkosw048'

/** RFC 4648, 3.5: the bits that the last character of a segment has too many are zero. */
function isCanonical(text: string, start: number, end: number): boolean {
  const rest = (end - start) % 4
  if (rest === 0) return true
  if (rest === 1) return false
  return (rest === 2 ? endsOfOneByte : endsOfTwoBytes).includes(text.charAt(end - 1))
}
