import * as base64url from 'jose/base64url'
import * as errors from 'jose/errors'
import { compactVerify } from 'jose/jws/compact/verify'
import { importJWK } from 'jose/key/import'
import type { PublicKeyAlgorithm } from './algorithm.js'
import type { PublicJwk, SignatureCheck, TextMac } from './signature.js'

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

/** SHA-256 of a text. */
export async function digestOf(text: string, encoding: 'base64' | 'hex' = 'base64'): Promise<string> {
  const hash = await crypto.subtle.digest(sha256, bytesOf(text))
  return encoding === 'hex' ? hexOf(hash) : btoa(String.fromCharCode(...new Uint8Array(hash)))
}

/** HMAC-SHA-256 (RFC 2104) by one secret. */
export function macBy(secret: Uint8Array<ArrayBuffer>): TextMac {
  // Imported when first needed: a guard may be made where nothing asynchronous can be.
  let imported: Promise<CryptoKey> | undefined
  const key = () => {
    imported ??= crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: sha256 }, false, ['sign', 'verify'])
    return imported
  }
  return {
    sign: async (text) => hexOf(await crypto.subtle.sign('HMAC', await key(), bytesOf(text))),
    async verify(text, hex) {
      const mac = Uint8Array.from({ length: hex.length / 2 }, (_, at) =>
        Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
      )
      return crypto.subtle.verify('HMAC', await key(), mac, bytesOf(text))
    },
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function hexOf(buffer: ArrayBuffer): string {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('')
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
