import * as base64url from 'jose/base64url'
import * as errors from 'jose/errors'
import { compactVerify } from 'jose/jws/compact/verify'
import { importJWK } from 'jose/key/import'
import type { PublicKeyAlgorithm } from './algorithm.js'
import type { PublicJwk, SignatureCheck } from './signature.js'

// jose over Web Crypto, for runtimes without node:crypto. Its parts for JWE use what some edge runtimes lack, and bundlers
// warn of: only the parts that are needed are imported.

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const spelledRight = /^[A-Za-z0-9_.-]*$/

/** Whether a text is of base64url's alphabet and dots alone. */
export function isBase64UrlWithDots(text: string): boolean {
  return spelledRight.test(text)
}

/** Base64url to text; undefined where the bytes are not UTF-8. The alphabet has been checked before. */
export function decodeText(segment: string): string | undefined {
  try {
    return utf8.decode(base64url.decode(segment))
  } catch {
    return undefined
  }
}

const sha256 = 'SHA-256'

/** SHA-256 of a text, in base64. */
export async function digestOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest(sha256, new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(hash)))
}

/**
 * Imports a public key, as the check of signatures under the one algorithm that it serves.
 *
 * @throws where the platform does not import it.
 */
export async function importPublicKey(jwk: PublicJwk, algorithm: PublicKeyAlgorithm): Promise<SignatureCheck> {
  const key = await importJWK(jwk, algorithm)
  return (token) => verified(token, key, algorithm)
}

/** The check of one HS256 secret. */
export function secretCheck(secret: Uint8Array): SignatureCheck {
  return (token) => verified(token, secret, 'HS256')
}

async function verified(token: string, key: CryptoKey | Uint8Array, algorithm: string): Promise<boolean> {
  try {
    await compactVerify(token, key, { algorithms: [algorithm] })
    return true
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return false
    throw error
  }
}
