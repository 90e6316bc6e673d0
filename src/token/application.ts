import { type Json, type JsonObject, own } from '../common/claims.js'
import type { OptionReader } from '../common/option-reader.js'
import { type Refusal, refuse } from '../common/refusal.js'
import type { Verifier } from '../crypto/signature.js'
import type { Keys } from '../jwks/keys.js'

/** One application of Authing, at one issuer: the unit of trust. A key or a remembered token belongs to one. */
export interface Application {
  /** Compared as an exact string. */
  readonly issuer: string
  readonly appId: string
  /** The audiences of its access tokens: the appId, or those that the options name instead. */
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
 * Finds the application that issued a token by its unproven `iss`, and by `aud` and `azp` where applications share an
 * issuer. It only selects the key that must have signed the token.
 */
export function applicationOf(claims: JsonObject, applications: readonly Application[]): Application | Refusal {
  const iss = own(claims, 'iss')
  const sharing = applications.filter(({ issuer }) => issuer === iss)
  const [only, another] = sharing
  if (only === undefined) {
    if (iss === undefined) return refuse('iss_missing')
    if (applications.length === 0) return refuse('iss_without_application', { iss })
    return refuse('iss_unknown', { iss, expected: [...new Set(applications.map(({ issuer }) => issuer))] })
  }
  if (another === undefined) return only
  const aud = own(claims, 'aud')
  const azp = own(claims, 'azp')
  const audiences: readonly (Json | undefined)[] = Array.isArray(aud) ? aud : [aud]
  const named = sharing.filter(
    ({ appId, audience }) =>
      audiences.some((name) => name === appId || (typeof name === 'string' && audience.has(name))) || azp === appId,
  )
  const [first, second] = named
  if (first === undefined) return refuse('application_not_named', { aud, azp })
  return second === undefined ? first : refuse('application_unclear', { aud, azp })
}
