import { mintAlgorithms, pairAlgorithm } from '../../testing/algorithm.js'
import { wrongsOf } from '../../testing/attack.js'
import { tokenTypes } from '../../testing/claims.js'
import { algorithmsOf, usualAlgorithm } from '../../testing/draft.js'
import { faultNames } from '../../testing/fault.js'
import { fieldsOf, lifetimes } from '../../testing/mint.js'
import type { UserPool } from '../../testing/user-pool.js'
import type { ConsoleState } from './desk.js'
import { environmentOf } from './environment.js'

/** How many of the last requests the page shows. */
const shown = 100

/** What the form can offer for each kind of token. */
interface Kind {
  readonly type: string
  readonly fields: readonly string[]
  readonly wrongs: readonly string[]
  /** Seconds. */
  readonly lifetime: number
  /** By appId: the usual one, and all that the pool has a key for. */
  readonly algorithms: Readonly<Record<string, { readonly usual: string; readonly all: readonly string[] }>>
}

const kindsOf = ({ apps }: UserPool): readonly Kind[] =>
  tokenTypes.map((type) => ({
    type,
    fields: fieldsOf(type),
    wrongs: wrongsOf(type),
    lifetime: lifetimes[type],
    algorithms: Object.fromEntries(
      apps.map(({ appId, algorithm }) => [
        appId,
        { usual: usualAlgorithm(type, { algorithm }), all: algorithmsOf(type, algorithm) },
      ]),
    ),
  }))

const applicationsOf = (pool: UserPool) =>
  pool.apps.map(({ appId, issuer, jwksUri, algorithm }) => ({
    ...{ appId, issuer, jwksUri, algorithm },
    keys: pool.jwks(appId).keys.map(({ kid, alg }, at) => ({ kid, alg, signs: at === 0 })),
    keyAlgorithm: pairAlgorithm(algorithm),
  }))

const names = (given: readonly string[]): readonly string[] => given

/** All that the page shows, as of now. No private key is in it; a secret only where a guard needs it. */
export function viewOf({ pool, changes, outage, delay, revoked }: ConsoleState) {
  return {
    version: changes.version,
    environment: environmentOf(pool),
    userPoolId: pool.userPoolId,
    apps: applicationsOf(pool),
    users: pool.users.map((user) => ({ ...user, roles: pool.rolesOf(user.id) })),
    grants: pool.grants,
    accessKeys: pool.accessKeys.map(({ accessKeyId }) => accessKeyId),
    kinds: kindsOf(pool),
    algorithms: names(mintAlgorithms),
    faults: names(faultNames),
    outage: outage ?? null,
    delay,
    revoked,
    requests: pool.requests.slice(-shown),
  }
}

export type View = ReturnType<typeof viewOf>
