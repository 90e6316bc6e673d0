import { type JsonObject, own } from '../common/claims.js'
import { quote, Refusal } from '../common/errors.js'
import type { Verifier } from '../crypto/signature.js'
import { type CheckedClaims, dataOf, wrong } from './checks.js'
import type { Header } from './header.js'

/** A user pool whose older SDKs issue a `user.token` without `iss`, signed with the pool's `jwtSecret`. */
export interface LegacyPool {
  readonly id: string
  readonly secrets: readonly Verifier[]
}

/** Whether a token is one for the legacy pool to judge: it names no issuer at all. */
export function isLegacy(claims: JsonObject): boolean {
  return !Object.hasOwn(claims, 'iss')
}

/** HS256 and no key id: nothing else was ever issued so. */
export function checkLegacyHeader({ alg, kid }: Header): void {
  if (alg !== 'HS256') throw new Refusal('wrong_algorithm', `alg is ${quote(alg)}, a legacy user.token has HS256`)
  if (kid !== undefined) throw new Refusal('unknown_key', `kid is ${quote(kid)}, a legacy user.token has none`)
}

const foreign = ['aud', 'sub', 'jti', 'scope'] as const

/** A legacy token is the pool's own, a user's, and nothing that a newer token of the same secret would be. */
export function checkLegacyClaims(claims: CheckedClaims, pool: LegacyPool): void {
  for (const name of foreign) {
    if (Object.hasOwn(claims, name)) throw wrong(`${name} is in the token, which a legacy user.token never has`)
  }
  const data = dataOf(claims)
  const type = own(data, 'type')
  if (type !== undefined && type !== 'user') throw wrong('data.type is not "user"')
  // The older of the two generations has clientId alone, which is the pool.
  if ((own(data, 'userPoolId') ?? own(data, 'clientId')) !== pool.id) {
    throw new Refusal('wrong_audience', 'data.userPoolId (or data.clientId) is another user pool')
  }
}
