import { importPublicKey } from '#signature'
import { isObject, type Json, type JsonObject, own } from '../common/claims.js'
import type { Algorithm, PublicKeyAlgorithm } from '../crypto/algorithm.js'
import type { PublicJwk, Verifier } from '../crypto/signature.js'
import { weakness } from './weakness.js'

/** A public key of an application, bound to the one algorithm that it serves. */
export interface VerificationKey extends Verifier {
  readonly kid: string | undefined
  readonly algorithm: PublicKeyAlgorithm
  /** Everything that the key is: two of one fingerprint are one key. */
  readonly fingerprint: string
  /** False once the issuer's set has the key no more: what it signed is refused from then on. */
  alive: boolean
}

/** A member of a JWKS that may be imported. */
export interface FitKey {
  readonly kid: string | undefined
  readonly algorithm: PublicKeyAlgorithm
  readonly material: PublicJwk
}

/** Checks whether a member of a JWKS may be imported; otherwise says why not. */
export function inspectKey(jwk: Json, allowed: ReadonlySet<Algorithm>): FitKey | string {
  if (!isObject(jwk)) return 'no JSON object'
  const kid = own(jwk, 'kid')
  if (kid !== undefined && typeof kid !== 'string') return 'kid is not a string'
  const unfit = unfitForSignatures(jwk)
  if (unfit !== undefined) return unfit
  const algorithm = algorithmOf(jwk, allowed)
  if (algorithm === undefined) return 'serves no algorithm that is allowed here'
  return weakness(jwk) ?? { kid, algorithm, material: publicMembers(jwk) }
}

/** Checks and imports a member of a JWKS. Never throws: one bad key does not affect the others. */
export async function readKey(jwk: Json, allowed: ReadonlySet<Algorithm>): Promise<VerificationKey | string> {
  const fit = inspectKey(jwk, allowed)
  if (typeof fit === 'string') return fit
  const { kid, algorithm, material } = fit
  try {
    const check = await importPublicKey(material, algorithm)
    return { kid, algorithm, check, fingerprint: JSON.stringify([algorithm, kid ?? null, material]), alive: true }
  } catch {
    return 'the platform does not import it'
  }
}

/** RFC 7517, 4.2 and 4.3; a private or symmetric key in a public JWKS is compromised. */
function unfitForSignatures(jwk: JsonObject): string | undefined {
  const use = own(jwk, 'use')
  if (use !== undefined && use !== 'sig') return 'use is not sig'
  const operations = own(jwk, 'key_ops')
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return 'key_ops does not hold verify'
  }
  if (own(jwk, 'd') !== undefined) return 'a private key'
  return own(jwk, 'k') === undefined ? undefined : 'a secret'
}

/** The key as a member of a JWKS again: no more of it than makes the key. */
export function jwkOf({ fingerprint }: VerificationKey): Json {
  const [alg, kid, material]: readonly [string, string | null, JsonObject] = JSON.parse(fingerprint)
  return { ...material, ...(kid !== null && { kid }), alg, use: 'sig' }
}

const curves: Readonly<Record<string, PublicKeyAlgorithm>> = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' }

/**
 * One key, one algorithm (RFC 8725, 3.1): the one it names, where its type and curve fit; else the one that follows
 * from them. An RSA key that names none serves RS256, or the one RSA algorithm that the options allow.
 */
function algorithmOf(jwk: JsonObject, allowed: ReadonlySet<Algorithm>): PublicKeyAlgorithm | undefined {
  const fitting = fittingAlgorithms(jwk)
  const named = own(jwk, 'alg')
  if (named !== undefined) return fitting.find((algorithm) => algorithm === named && allowed.has(algorithm))
  const usable = fitting.filter((algorithm) => allowed.has(algorithm))
  return usable.length === 1 ? usable[0] : usable.find((algorithm) => algorithm === 'RS256')
}

const rsaAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const

function fittingAlgorithms(jwk: JsonObject): readonly PublicKeyAlgorithm[] {
  const type = own(jwk, 'kty')
  if (type === 'RSA') return rsaAlgorithms
  const curve = own(jwk, 'crv')
  if (type === 'OKP') return curve === 'Ed25519' ? ['EdDSA'] : []
  const algorithm =
    type === 'EC' && typeof curve === 'string' && Object.hasOwn(curves, curve) ? curves[curve] : undefined
  return algorithm === undefined ? [] : [algorithm]
}

function publicMembers(jwk: JsonObject): PublicJwk {
  const type = own(jwk, 'kty')
  const members: Record<string, string> = {}
  for (const name of ['crv', 'n', 'e', 'x', 'y']) {
    const value = own(jwk, name)
    if (typeof value === 'string') members[name] = value
  }
  return { ...members, kty: type === 'RSA' || type === 'EC' ? type : 'OKP' }
}
