import { Access } from './access.js'
import type { PairAlgorithm } from './algorithm.js'
import type { Application } from './application.js'
import { createSigningKeySync, type SigningKey } from './key.js'
import type { Settings } from './settings.js'
import { blankUser, type PoolUser } from './user.js'
import { invalid } from './validation.js'

/** The data of a token that is not a JWT; times in seconds since the epoch. */
export interface OpaqueGrant {
  readonly jti: string
  readonly appId: string
  readonly userId: string
  readonly scope: string
  readonly issuedAt: number
  readonly expiresAt: number
}

/** The state of the pool. The routes and `mint` work on it. */
export interface PoolState {
  readonly settings: Settings
  readonly applications: readonly [Application, ...Application[]]
  readonly users: Map<string, PoolUser>
  readonly access: Access
  readonly opaqueTokens: Map<string, OpaqueGrant>
  readonly refreshTokens: Map<string, OpaqueGrant>
  readonly revokedTokens: Set<string>
  /** Keys of an attacker, one per algorithm. They are in no JWKS of the pool. */
  readonly hostileKeys: Map<PairAlgorithm, SigningKey>
}

export const createState = (settings: Settings, applications: PoolState['applications']): PoolState => ({
  settings,
  applications,
  users: new Map(settings.users.map((user) => [user.id, user])),
  access: new Access(settings.roles, settings.grants),
  opaqueTokens: new Map(),
  refreshTokens: new Map(),
  revokedTokens: new Set(),
  hostileKeys: new Map(),
})

/** The clock of the pool in whole seconds since the epoch, the unit of times in tokens. */
export const nowInSeconds = (state: PoolState): number => Math.floor(state.settings.now() / 1000)

/** Finds an application. Without an id it is the first one. Throws a TypeError on an unknown id. */
export const applicationOf = (state: PoolState, appId: string | undefined): Application => {
  if (appId === undefined) return state.applications[0]
  const application = state.applications.find((one) => one.appId === appId)
  if (!application) throw invalid(`the pool has no application '${appId}'; name it in the option apps`)
  return application
}

/** Finds a user, as last updated. Without an id it is the first one; for an unknown id it is a blank one. */
export const userOf = (state: PoolState, userId: string = state.settings.users[0].id): PoolUser =>
  state.users.get(userId) ?? blankUser(userId, state.settings.now())

/** The attacker's key for an algorithm, made at its first use. */
export const hostileKey = (state: PoolState, algorithm: PairAlgorithm): SigningKey => {
  const key = state.hostileKeys.get(algorithm) ?? createSigningKeySync(algorithm)
  state.hostileKeys.set(algorithm, key)
  return key
}
