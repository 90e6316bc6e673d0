import { mintAlgorithms, pairAlgorithm } from '../../testing/algorithm.js'
import { defectsOf } from '../../testing/attack.js'
import { tokenTypes } from '../../testing/claims.js'
import { algorithmsOf, defaultAlgorithm } from '../../testing/draft.js'
import { faultNames } from '../../testing/fault.js'
import { fieldsOf, lifetimes } from '../../testing/mint.js'
import type { UserPool } from '../../testing/user-pool.js'
import type { ConsoleState } from './console-state.js'
import { environmentOf, secretsOf } from './environment.js'

/** How many requests the page shows. */
const shown = 100

/** What the form offers for one kind of token. */
interface Kind {
  readonly type: string
  readonly fields: readonly string[]
  readonly defects: readonly string[]
  /** Seconds. */
  readonly lifetime: number
  /** By appId: the default one, and all that the pool has a key for. */
  readonly algorithms: Readonly<Record<string, { readonly default: string; readonly all: readonly string[] }>>
}

const kindsOf = ({ apps }: UserPool): readonly Kind[] =>
  tokenTypes.map((type) => ({
    type,
    fields: fieldsOf(type),
    defects: defectsOf(type),
    lifetime: lifetimes[type],
    algorithms: Object.fromEntries(
      apps.map(({ appId, algorithm }) => [
        appId,
        { default: defaultAlgorithm(type, { algorithm }), all: algorithmsOf(type, algorithm) },
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

/** Everything that the page shows now. It holds no private key; the secrets are those that an API needs. */
export function viewOf({ pool, changes, outage, delay, revoked, url, apiLog }: ConsoleState) {
  return {
    version: changes.version,
    environment: environmentOf(pool, url),
    secrets: secretsOf(pool),
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
    apiRequests: apiLog.entries,
  }
}

export type View = ReturnType<typeof viewOf>
