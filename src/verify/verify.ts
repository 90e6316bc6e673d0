import { Refusal } from '../core/errors.js'
import { after, type Step } from '../core/step.js'
import type { Algorithm } from './algorithm.js'
import { type Application, applicationOf } from './application.js'
import { type CheckedClaims, checkPurpose, checkTimes, checkTypes, type TimeSettings } from './checks.js'
import type { HeaderMemory } from './header.js'
import { checkLegacyClaims, checkLegacyHeader, isLegacy, type LegacyPool } from './legacy.js'
import { type Voucher, voucherOf } from './signature.js'
import { readJwt, type UnprovenToken } from './token.js'

/** Whom a guard trusts, and what it expects of a token. */
export interface VerifySettings {
  readonly applications: readonly Application[]
  readonly legacyPool: LegacyPool | undefined
  readonly algorithms: ReadonlySet<Algorithm>
  readonly times: TimeSettings
  readonly headers: HeaderMemory
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** A token whose signature, times and purpose hold. Whom it is for is looked at next. */
export interface ProvenToken {
  readonly claims: CheckedClaims
  /** By its own word: `typ: at+jwt`. */
  readonly isAccessToken: boolean
  readonly algorithm: Algorithm
  /** Undefined for a legacy token without `iss`. */
  readonly application: Application | undefined
  readonly voucher: Voucher
}

/**
 * Token to claims. The order is fixed: size, shape, `alg`, `iss`, `kid`; then the signature; then time and purpose.
 * Answers in place where the key is at hand and the engine checks in place.
 *
 * @throws {Refusal}
 */
export function verify(text: string, settings: VerifySettings): Step<ProvenToken> {
  const token = readJwt(text, settings.headers)
  const { alg } = token.header
  if (!settings.algorithms.has(alg)) throw new Refusal('wrong_algorithm', `alg is "${alg}", ${whyNot(alg)}`)
  const { legacyPool } = settings
  if (legacyPool !== undefined && isLegacy(token.claims)) {
    checkLegacyHeader(token.header)
    return after(proven(token, legacyPool.secrets, undefined, settings), (result) => {
      checkLegacyClaims(result.claims, legacyPool)
      return result
    })
  }
  const application = applicationOf(token.claims, settings.applications)
  return after(vouchersFor(token, application), (vouchers) => proven(token, vouchers, application, settings))
}

/** The algorithm's family selects exactly one store (RFC 8725, 3.1): the secrets, or the JWKS. */
function vouchersFor({ header: { alg, kid } }: UnprovenToken, application: Application): Step<readonly Voucher[]> {
  if (alg !== 'HS256') return application.keys.find(kid, alg)
  if (application.secrets.length === 0) throw new Refusal('wrong_algorithm', `alg is "HS256", ${whyNot(alg)}`)
  return application.secrets
}

function proven(
  { text, headerSegment, signatureDot, header, claims }: UnprovenToken,
  vouchers: readonly Voucher[],
  application: Application | undefined,
  settings: VerifySettings,
): Step<ProvenToken> {
  return after(voucherOf(vouchers, text, signatureDot), (voucher) => {
    if (voucher === undefined) throw new Refusal('bad_signature', 'the signature does not verify')
    settings.headers.remember(headerSegment, header)
    checkTypes(claims)
    checkPurpose(claims)
    checkTimes(claims, settings.now(), settings.times)
    return { claims, isAccessToken: header.isAccessToken, algorithm: header.alg, application, voucher }
  })
}

function whyNot(alg: Algorithm): string {
  return alg === 'HS256'
    ? 'and the application has no appSecret here: set it, or choose RS256 in the console'
    : 'which the algorithms option leaves out'
}
