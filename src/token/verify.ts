import type { JsonObject } from '../common/claims.js'
import { chain, chainUnlessRefused, type MaybePromise } from '../common/maybe-promise.js'
import { Refusal, refuse } from '../common/refusal.js'
import type { Algorithm } from '../crypto/algorithm.js'
import { findVerifier, type Verifier } from '../crypto/signature.js'
import { type Application, applicationOf } from './application.js'
import { type CheckedClaims, checkClaims, type TimeSettings } from './checks.js'
import { type CompactJws, parseCompactJws, readClaims } from './compact-jws.js'
import { type Header, type HeaderCache, readHeader } from './header.js'
import { isLegacy, type LegacyPool, legacyClaimsFault, legacyHeaderFault } from './legacy.js'

/** The applications that a guard trusts, and what it expects of a token. */
export interface VerifySettings {
  readonly applications: readonly Application[]
  readonly legacyPool: LegacyPool | undefined
  readonly algorithms: ReadonlySet<Algorithm>
  readonly times: TimeSettings
  readonly headers: HeaderCache
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A token whose signature and claims have been checked. Its audience is checked next. */
export interface VerifiedToken {
  readonly claims: CheckedClaims
  /** True for `typ: at+jwt`. */
  readonly isAccessToken: boolean
  readonly algorithm: Algorithm
  /** Undefined for a legacy token without `iss`. */
  readonly application: Application | undefined
  readonly verifier: Verifier
}

/**
 * Verifies a token. The order is fixed: size, shape, `alg`, `iss`, `kid`; then the signature; then the claims. If a guard
 * has one application and its key has verified a signature under this header before, the signature is checked before
 * `iss`. Answers without a promise where the key is in memory and the engine is synchronous.
 */
export function verify(text: string, settings: VerifySettings): MaybePromise<VerifiedToken | Refusal> {
  const token = parseCompactJws(text)
  if (token instanceof Refusal) return token
  const known = settings.headers.get(token)
  const header = known ?? readHeader(token.headerSegment)
  if (header instanceof Refusal) return header
  const { alg } = header
  if (!settings.algorithms.has(alg)) return refuse('alg_not_allowed', { alg })
  const [application, another] = settings.applications
  const { legacyPool, headers } = settings
  // A header that this application has signed before identifies it as well as `iss`: forged claims are not even parsed.
  if (known !== undefined && application !== undefined && another === undefined && legacyPool === undefined) {
    return chainUnlessRefused(verifySignature(token, header, application), (verifier) => {
      const claims = readClaims(token.claimsSegment)
      if (claims instanceof Refusal) return claims
      const issuer = applicationOf(claims, settings.applications)
      return issuer instanceof Refusal ? issuer : proven(claims, header, issuer, verifier, settings)
    })
  }
  const claims = readClaims(token.claimsSegment)
  if (claims instanceof Refusal) return claims
  if (legacyPool !== undefined && isLegacy(claims)) {
    const fault = legacyHeaderFault(header)
    if (fault !== undefined) return fault
    return chainUnlessRefused(verifyWithAny(legacyPool.jwtSecret, token), (verifier) => {
      const result = proven(claims, header, undefined, verifier, settings)
      return result instanceof Refusal ? result : (legacyClaimsFault(result.claims, legacyPool) ?? result)
    })
  }
  const issuer = applicationOf(claims, settings.applications)
  if (issuer instanceof Refusal) return issuer
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
  return chainUnlessRefused(verifiersFor(header, application), (verifiers) => verifyWithAny(verifiers, token))
}

function verifyWithAny(
  verifiers: readonly Verifier[],
  { text, signatureDot }: CompactJws,
): MaybePromise<Verifier | Refusal> {
  return chain(findVerifier(verifiers, text, signatureDot), orBadSignature)
}

function orBadSignature(verifier: Verifier | undefined): Verifier | Refusal {
  return verifier ?? refuse('signature_invalid')
}

/** The algorithm's family selects exactly one store (RFC 8725, 3.1): the secrets, or the JWKS. */
function verifiersFor({ alg, kid }: Header, application: Application): MaybePromise<readonly Verifier[] | Refusal> {
  if (alg !== 'HS256') return application.keys.find(kid, alg)
  return application.secrets.length === 0 ? refuse('alg_without_secret', { alg }) : application.secrets
}

function proven(
  claims: JsonObject,
  { isAccessToken, alg }: Header,
  application: Application | undefined,
  verifier: Verifier,
  settings: VerifySettings,
): VerifiedToken | Refusal {
  const checked = checkClaims(claims, settings.now(), settings.times)
  if (checked instanceof Refusal) return checked
  return { claims: checked, isAccessToken, algorithm: alg, application, verifier }
}
