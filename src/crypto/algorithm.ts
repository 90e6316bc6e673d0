/**
 * The signature algorithms that the guard reads (RFC 7518, 3.1; RFC 8037). Authing issues RS256 and HS256; the others
 * are a private deployment's or another OpenID provider's. `none` is none of them, HS384 and HS512 are never issued.
 */
export const publicKeyAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const

/** An algorithm whose key is in the application's JWKS. */
export type PublicKeyAlgorithm = (typeof publicKeyAlgorithms)[number]
/** The name of a signature algorithm, as in a token's `alg`. */
export type Algorithm = PublicKeyAlgorithm | 'HS256'

const names: ReadonlySet<unknown> = new Set([...publicKeyAlgorithms, 'HS256'])

/** Compared as it is: no trimming, no case folding, no coercion of a list to its only element. */
export function isAlgorithm(value: unknown): value is Algorithm {
  return names.has(value)
}
