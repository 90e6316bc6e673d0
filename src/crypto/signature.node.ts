import { isUtf8 } from 'node:buffer'
import {
  constants,
  createHash,
  createHmac,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
  type VerifyKeyObjectInput,
  verify,
} from 'node:crypto'
import type { PublicKeyAlgorithm } from './algorithm.js'
import { maxTokenLength } from './limits.js'
import type { PublicJwk, SignatureCheck, TextMac } from './signature.js'

// Node's own crypto, in place: handing one RSA verification to another thread costs more than doing it.

/** A buffer for all tokens, each overwritten by the next. A view of it costs more than what it is for, so one is kept. */
class Scratch {
  readonly buffer = Buffer.alloc(maxTokenLength)
  #view = this.buffer

  first(length: number): Buffer {
    if (this.#view.length !== length) this.#view = this.buffer.subarray(0, length)
    return this.#view
  }
}

// Nothing here waits, so no two tokens are in one of these at a time.
const input = new Scratch()
const output = new Scratch()
/** The text whose bytes, one a character, are in `input`. */
let held = ''

const inputBytes = new DataView(input.buffer.buffer, input.buffer.byteOffset, maxTokenLength)
/** 0 for the bytes of base64url and the dot, 1 for all others. */
const otherBytes = new DataView(new Uint8Array(256).fill(1).buffer)
for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.')) {
  otherBytes.setUint8(byte, 0)
}

/**
 * Whether a text of at most {@link maxTokenLength} characters is of base64url's alphabet and dots alone. A regular expression
 * takes twice the time, and more than all else that is done to a token before its signature.
 */
export function isBase64UrlWithDots(text: string): boolean {
  held = ''
  // In UTF-8, where other characters than ASCII have bytes above it: a narrower encoding would turn some into letters.
  const length = input.buffer.write(text)
  // Names of this function's own, which the loop need not look up each time.
  const [bytes, table] = [inputBytes, otherBytes]
  let found = length === text.length ? 0 : 1
  let at = 0
  for (; at + 4 <= length; at += 4) {
    const four = bytes.getInt32(at, true)
    found |= table.getUint8(four & 0xff) | table.getUint8((four >> 8) & 0xff)
    found |= table.getUint8((four >> 16) & 0xff) | table.getUint8(four >>> 24)
  }
  for (; at < length; at++) found |= table.getUint8(bytes.getUint8(at))
  if (found !== 0) return false
  held = text
  return true
}

/** Base64url to text; undefined where the bytes are not UTF-8. The alphabet has been checked before. */
export function decodeText(segment: string): string | undefined {
  const length = output.buffer.write(segment, 'base64url')
  const text = output.buffer.toString('utf8', 0, length)
  // Bytes that are not UTF-8 come out as this character, which a text may also contain.
  return text.includes('\ufffd') && !isUtf8(output.first(length)) ? undefined : text
}

/** SHA-256 of a text. */
export function digestOf(text: string, encoding: 'base64' | 'hex' = 'base64'): string {
  return createHash('sha256').update(text).digest(encoding)
}

/** HMAC-SHA-256 (RFC 2104) by one secret. */
export function macBy(secret: Uint8Array): TextMac {
  const key = createSecretKey(secret)
  const macOf = (text: string) => createHmac('sha256', key).update(text).digest()
  return {
    sign: (text) => macOf(text).toString('hex'),
    verify(text, hex) {
      const [expected, found] = [macOf(text), Buffer.from(hex, 'hex')]
      return expected.length === found.length && timingSafeEqual(expected, found)
    },
  }
}

/** What Node is to hash with. Ed25519 hashes by itself. */
const hashes: Readonly<Record<PublicKeyAlgorithm, string | null>> = {
  RS256: 'sha256',
  RS384: 'sha384',
  RS512: 'sha512',
  PS256: 'sha256',
  PS384: 'sha384',
  PS512: 'sha512',
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
  EdDSA: null,
}

/**
 * Imports a public key, as the check of signatures under the one algorithm that it serves. Node imports many a weak or
 * malformed key: `jwks/weakness.ts` refuses those first.
 *
 * @throws where Node does not import it.
 */
export function importPublicKey(jwk: PublicJwk, algorithm: PublicKeyAlgorithm): SignatureCheck {
  const hash = hashes[algorithm]
  const material = formOf(createPublicKey({ key: jwk, format: 'jwk' }), algorithm)
  // The one-shot verify answers false to every malformed signature, where a Verify object throws.
  return (token, dot) => verify(hash, signed(token, dot), material, signatureOf(token, dot))
}

function formOf(key: KeyObject, algorithm: PublicKeyAlgorithm): KeyObject | VerifyKeyObjectInput {
  if (algorithm.startsWith('ES')) return { key, dsaEncoding: 'ieee-p1363' }
  // RFC 7518, 3.5: a salt as long as the hash. Node's default takes any.
  if (algorithm.startsWith('PS')) {
    return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  }
  return key
}

const mac = Buffer.alloc(32)

/** The check of one HS256 secret. */
export function secretCheck(secret: Uint8Array): SignatureCheck {
  const key = createSecretKey(secret)
  return (token, dot) => {
    const signature = signatureOf(token, dot)
    // Out as a text and into a buffer that is there: one made anew costs more than the HMAC.
    const length = mac.write(createHmac('sha256', key).update(signed(token, dot)).digest('binary'), 'latin1')
    return signature.length === length && timingSafeEqual(signature, mac)
  }
}

function signed(token: string, dot: number): Buffer {
  if (token !== held) {
    held = token
    input.buffer.write(token, 'latin1')
  }
  return input.first(dot)
}

function signatureOf(token: string, dot: number): Buffer {
  return output.first(output.buffer.write(token.slice(dot + 1), 'base64url'))
}
