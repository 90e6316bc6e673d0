import { isUtf8 } from 'node:buffer'
import {
  constants,
  createHash,
  createHmac,
  KeyObject,
  timingSafeEqual,
  type VerifyKeyObjectInput,
  verify,
} from 'node:crypto'
import { longestToken } from '../core/bearer.js'
import type { PublicKeyAlgorithm } from './algorithm.js'
import type { SignatureCheck } from './signature.js'

// Node's own crypto, in place: handing one RSA verification to another thread costs more than doing it.

// Two buffers for all tokens, each overwritten by the next: nothing here waits, so no two tokens are in one at a time.
const input = Buffer.alloc(longestToken)
const output = Buffer.alloc(longestToken)

/** Base64url to text; undefined where the bytes are not UTF-8. The alphabet has been checked before. */
export function decodeText(segment: string): string | undefined {
  const length = output.write(segment, 'base64url')
  return isUtf8(output.subarray(0, length)) ? output.toString('utf8', 0, length) : undefined
}

/** SHA-256 of a text, in base64. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest().toString('base64')
}

/** The check of one public key under the one algorithm that it serves. */
export function publicKeyCheck(key: CryptoKey, algorithm: PublicKeyAlgorithm): SignatureCheck {
  const hash = algorithm === 'EdDSA' ? null : `sha${algorithm.slice(2)}`
  const material = formOf(KeyObject.from(key), algorithm)
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

/** The check of one HS256 secret. */
export function secretCheck(secret: Uint8Array): SignatureCheck {
  return (token, dot) => {
    const signature = signatureOf(token, dot)
    const mac = createHmac('sha256', secret).update(signed(token, dot)).digest()
    return signature.length === mac.length && timingSafeEqual(signature, mac)
  }
}

function signed(token: string, dot: number): Buffer {
  return input.subarray(0, input.write(token, 0, dot, 'latin1'))
}

function signatureOf(token: string, dot: number): Buffer {
  return output.subarray(0, output.write(token.slice(dot + 1), 'base64url'))
}
