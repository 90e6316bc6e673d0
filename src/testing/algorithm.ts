import { constants, createHmac, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto'

/** The signature algorithms for the id tokens of an application (RFC 7518 section 3.1, RFC 8037). */
export type Algorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'HS256'

/** The algorithms of `mint({ algorithm })`: also HS384 and HS512, which Authing never uses. */
export type MintAlgorithm = Algorithm | 'HS384' | 'HS512'

const kinds = {
  RS256: 'rsa',
  RS384: 'rsa',
  RS512: 'rsa',
  PS256: 'rsa',
  PS384: 'rsa',
  PS512: 'rsa',
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  EdDSA: 'ed25519',
  HS256: 'secret',
  HS384: 'secret',
  HS512: 'secret',
} as const satisfies Readonly<Record<MintAlgorithm, string>>

/** An algorithm that signs with a key pair. */
export type PairAlgorithm = Exclude<Algorithm, 'HS256'>

/** The kind of key that an algorithm signs with; `secret` is the application secret. */
export type KeyKind = (typeof kinds)[MintAlgorithm]

export const isMintAlgorithm = (name: unknown): name is MintAlgorithm =>
  typeof name === 'string' && Object.hasOwn(kinds, name)

export const isAlgorithm = (name: unknown): name is Algorithm =>
  isMintAlgorithm(name) && name !== 'HS384' && name !== 'HS512'

export const isPairAlgorithm = (name: MintAlgorithm): name is PairAlgorithm => !name.startsWith('HS')

export const mintAlgorithms: readonly MintAlgorithm[] = Object.keys(kinds).filter(isMintAlgorithm)
export const algorithms: readonly Algorithm[] = mintAlgorithms.filter(isAlgorithm)
export const pairAlgorithms: readonly PairAlgorithm[] = mintAlgorithms.filter(isPairAlgorithm)

export const keyKind = <A extends MintAlgorithm>(algorithm: A): (typeof kinds)[A] => kinds[algorithm]

/** The algorithm of an application's key pair. With HS256 it is RS256, since access tokens are verified by the JWKS. */
export const pairAlgorithm = (algorithm: Algorithm): PairAlgorithm => (algorithm === 'HS256' ? 'RS256' : algorithm)

/** Ed25519 hashes by itself: Node is told none. */
const hashes: Readonly<Record<MintAlgorithm, string>> = {
  RS256: 'sha256',
  RS384: 'sha384',
  RS512: 'sha512',
  PS256: 'sha256',
  PS384: 'sha384',
  PS512: 'sha512',
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
  EdDSA: 'sha512',
  HS256: 'sha256',
  HS384: 'sha384',
  HS512: 'sha512',
}
const digest = (algorithm: MintAlgorithm): string | null => (algorithm === 'EdDSA' ? null : hashes[algorithm])

/** RFC 7518: a PSS salt is as long as the hash; an ECDSA signature is r and s concatenated, not DER. */
const parameters = (algorithm: MintAlgorithm, key: KeyObject) => ({
  key,
  dsaEncoding: 'ieee-p1363' as const,
  ...(algorithm.startsWith('PS')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {}),
})

/** Makes the JWS signature of `input` with a private key or, for HS*, with a secret as UTF-8 bytes. */
export const signBytes = (algorithm: MintAlgorithm, input: string, key: KeyObject | string): Buffer => {
  if (typeof key === 'string') return createHmac(hashes[algorithm], key).update(input).digest()
  return sign(digest(algorithm), Buffer.from(input), parameters(algorithm, key))
}

/** Whether `signature` is a valid signature of `input`. */
export const verifyBytes = (
  algorithm: MintAlgorithm,
  input: string,
  key: KeyObject | string,
  signature: Buffer,
): boolean => {
  if (typeof key !== 'string') {
    return verify(digest(algorithm), Buffer.from(input), parameters(algorithm, key), signature)
  }
  const expected = signBytes(algorithm, input, key)
  return expected.length === signature.length && timingSafeEqual(expected, signature)
}
