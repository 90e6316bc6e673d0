import { type JsonObject, own } from '../common/claims.js'
import { type Refusal, refuse } from '../common/refusal.js'
import type { Verifier } from '../crypto/signature.js'
import { type CheckedClaims, dataOf } from './checks.js'
import type { Header } from './header.js'

/** A user pool whose older SDKs issue a `user.token` without `iss`, signed with the pool's `jwtSecret`. */
export interface LegacyPool {
  readonly id: string
  readonly jwtSecret: readonly Verifier[]
}

/** Whether a token is a legacy one: it has no iss. */
export function isLegacy(claims: JsonObject): boolean {
  return !Object.hasOwn(claims, 'iss')
}

/** Legacy tokens are signed with HS256 and have no kid. */
export function legacyHeaderFault({ alg, kid }: Header): Refusal | undefined {
  if (alg !== 'HS256') return refuse('alg_of_legacy', { alg })
  return kid === undefined ? undefined : refuse('kid_of_legacy', { kid })
}

const foreign = ['aud', 'sub', 'jti', 'scope'] as const

/** A legacy token is a user's, of this pool, and has no claim of a newer token that the same secret may sign. */
export function legacyClaimsFault(claims: CheckedClaims, pool: LegacyPool): Refusal | undefined {
  for (const claim of foreign) if (Object.hasOwn(claims, claim)) return refuse('legacy_claim', { claim })
  const data = dataOf(claims)
  const type = own(data, 'type')
  if (type !== undefined && type !== 'user') return refuse('legacy_data_type')
  // The older of the two generations has clientId alone, which is the pool.
  const id = own(data, 'userPoolId') ?? own(data, 'clientId')
  return id === pool.id ? undefined : refuse('legacy_pool')
}
