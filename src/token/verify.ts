import type { JsonObject } from '../common/claims.js'
import { Refusal } from '../common/errors.js'
import { chain, chainUnlessRefused, type MaybePromise } from '../common/maybe-promise.js'
import type { Algorithm } from '../crypto/algorithm.js'
import { findVerifier, type Verifier } from '../crypto/signature.js'
import { type Application, applicationOf } from './application.js'
import { type CheckedClaims, checkPurpose, checkTypes, checkValidity, type TimeSettings } from './checks.js'
import { type CompactJws, parseCompactJws, readClaims } from './compact-jws.js'
import { type Header, type HeaderCache, readHeader } from './header.js'
import { checkLegacyClaims, checkLegacyHeader, isLegacy, type LegacyPool } from './legacy.js'

/** Whom a guard trusts, and what it expects of a token. */
export interface VerifySettings {
  readonly applications: readonly Application[]
  readonly legacyPool: LegacyPool | undefined
  readonly algorithms: ReadonlySet<Algorithm>
  readonly times: TimeSettings
  readonly headers: HeaderCache
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A token whose signature, times and purpose hold. Whom it is for is looked at next. */
export interface VerifiedToken {
  readonly claims: CheckedClaims
  /** By its own word: `typ: at+jwt`. */
  readonly isAccessToken: boolean
  readonly algorithm: Algorithm
  /** Undefined for a legacy token without `iss`. */
  readonly application: Application | undefined
  readonly verifier: Verifier
}

/**
 * Token to claims. The order is fixed: size, shape, `alg`, `iss`, `kid`; then the signature; then time and purpose. Where
 * a guard has one application, a header that it has signed before comes to the signature first, and to `iss` after it.
 * Answers in place where the key is at hand and the engine checks in place.
 *
 * @returns The refusal of what is no JWT, of a signature that does not verify, and of a time that has passed or not
 *   come; others are thrown.
 * @throws {Refusal}
 */
export function verify(text: string, settings: VerifySettings): MaybePromise<VerifiedToken | Refusal> {
  const token = parseCompactJws(text)
  if (token instanceof Refusal) return token
  const known = settings.headers.get(token)
  const header = known ?? readHeader(token.headerSegment)
  if (header instanceof Refusal) return header
  const { alg } = header
  if (!settings.algorithms.has(alg)) throw new Refusal('wrong_algorithm', `alg is "${alg}", ${whyNot(alg)}`)
  const [application, another] = settings.applications
  const { legacyPool, headers } = settings
  // A header that this application has signed before says as much as `iss`: what a forger wrote is not even parsed.
  if (known !== undefined && application !== undefined && another === undefined && legacyPool === undefined) {
    return chainUnlessRefused(verifySignature(token, header, application), (verifier) => {
      const claims = readClaims(token.claimsSegment)
      applicationOf(claims, settings.applications)
      return proven(claims, header, application, verifier, settings)
    })
  }
  const claims = readClaims(token.claimsSegment)
  if (legacyPool !== undefined && isLegacy(claims)) {
    checkLegacyHeader(header)
    return chainUnlessRefused(verifyWithAny(legacyPool.secrets, token), (verifier) => {
      const result = proven(claims, header, undefined, verifier, settings)
      if (!(result instanceof Refusal)) checkLegacyClaims(result.claims, legacyPool)
      return result
    })
  }
  const issuer = applicationOf(claims, settings.applications)
  return chainUnlessRefused(verifySignature(token, header, issuer), (verifier) => {
    if (known === undefined) headers.set(token, header)
    return proven(claims, header, issuer, verifier, settings)
  })
}

/** The key or secret of the application that signed the token. */
function verifySignature(
  token: CompactJws,
  header: Header,
  application: Application,
): MaybePromise<Verifier | Refusal> {
  const verifiers = verifiersFor(header, application)
  return verifiers instanceof Promise
    ? verifiers.then((all) => verifyWithAny(all, token))
    : verifyWithAny(verifiers, token)
}

function verifyWithAny(
  verifiers: readonly Verifier[],
  { text, signatureDot }: CompactJws,
): MaybePromise<Verifier | Refusal> {
  return chain(findVerifier(verifiers, text, signatureDot), orBadSignature)
}

function orBadSignature(verifier: Verifier | undefined): Verifier | Refusal {
  return verifier ?? new Refusal('bad_signature', 'the signature does not verify')
}

/** The algorithm's family selects exactly one store (RFC 8725, 3.1): the secrets, or the JWKS. */
function verifiersFor({ alg, kid }: Header, application: Application): MaybePromise<readonly Verifier[]> {
  if (alg !== 'HS256') return application.keys.find(kid, alg)
  if (application.secrets.length === 0) throw new Refusal('wrong_algorithm', `alg is "HS256", ${whyNot(alg)}`)
  return application.secrets
}

function proven(
  claims: JsonObject,
  { isAccessToken, alg }: Header,
  application: Application | undefined,
  verifier: Verifier,
  settings: VerifySettings,
): VerifiedToken | Refusal {
  checkTypes(claims)
  checkPurpose(claims)
  const checked = checkValidity(claims, settings.now(), settings.times)
  if (checked instanceof Refusal) return checked
  return { claims: checked, isAccessToken, algorithm: alg, application, verifier }
}

function whyNot(alg: Algorithm): string {
  return alg === 'HS256'
    ? 'and the application has no appSecret here: set it, or choose RS256 in the console'
    : 'which the algorithms option leaves out'
}
