import { type Json, type JsonObject, own } from '../common/claims.js'
import { quote, Refusal } from '../common/errors.js'
import type { OptionReader } from '../common/option-reader.js'
import type { Verifier } from '../crypto/signature.js'
import type { Keys } from '../jwks/keys.js'

/** One application of Authing, at one issuer: the unit of trust. A key or a remembered token belongs to one. */
export interface Application {
  /** Compared as an exact string. */
  readonly issuer: string
  readonly appId: string
  /** Whom its access tokens may be for: the appId, or what the options name instead. */
  readonly audience: ReadonlySet<string>
  /** One for each `appSecret`. */
  readonly secrets: readonly Verifier[]
  readonly keys: Keys
}

/** One application's options, and an {@link Application} for each of its issuers. */
export interface ConfiguredApplication {
  readonly given: OptionReader
  /** The path to the options, as in `apps[0].`. */
  readonly where: string
  readonly applications: readonly Application[]
}

/**
 * Which application issued a token, by its unproven `iss`, and where several share an issuer by whom it is for. What
 * is found here only says whose key must have signed it.
 */
export function applicationOf(claims: JsonObject, applications: readonly Application[]): Application {
  const issuer = own(claims, 'iss')
  const sharing = applications.filter((application) => application.issuer === issuer)
  const [only, another] = sharing
  if (only === undefined) throw new Refusal('unknown_issuer', wrongIssuer(issuer, applications))
  if (another === undefined) return only
  const audiences = listOf(own(claims, 'aud'))
  const named = sharing.filter(
    ({ appId, audience }) =>
      audiences.some((name) => name === appId || (typeof name === 'string' && audience.has(name))) ||
      own(claims, 'azp') === appId,
  )
  const [first, second] = named
  if (first === undefined || second !== undefined) {
    const found = `aud ${quote(own(claims, 'aud'))}, azp ${quote(own(claims, 'azp'))}`
    throw new Refusal('wrong_audience', `${found}: no single one of the applications that share this issuer`)
  }
  return first
}

function listOf(audience: Json | undefined): readonly (Json | undefined)[] {
  return Array.isArray(audience) ? audience : [audience]
}

function wrongIssuer(found: Json | undefined, applications: readonly Application[]): string {
  if (found === undefined) return 'the token has no iss; a legacy user.token needs the userPool option'
  const expected = [...new Set(applications.map(({ issuer }) => quote(issuer)))]
  return `iss is ${quote(found)}, expected ${expected.join(' or ') || 'none: only legacy tokens are configured'}`
}
