import { Access } from './access.js'
import type { PairAlgorithm } from './algorithm.js'
import type { Application } from './application.js'
import { createSigningKeySync, type SigningKey } from './key.js'
import type { Settings } from './settings.js'
import { blankUser, type PoolUser } from './user.js'
import { invalid } from './validation.js'

/** What an opaque token stands for; times in seconds since the epoch. */
export interface OpaqueGrant {
  readonly jti: string
  readonly appId: string
  readonly userId: string
  readonly scope: string
  readonly issuedAt: number
  readonly expiresAt: number
}

/** All that the pool knows; the routes and the mint work on it. */
export interface PoolState {
  readonly settings: Settings
  readonly applications: readonly [Application, ...Application[]]
  readonly users: Map<string, PoolUser>
  readonly access: Access
  readonly opaqueTokens: Map<string, OpaqueGrant>
  readonly revokedTokens: Set<string>
  /** Keys of an attacker, one per algorithm: never in any JWKS of the pool. */
  readonly hostileKeys: Map<PairAlgorithm, SigningKey>
}

export const createState = (settings: Settings, applications: PoolState['applications']): PoolState => ({
  settings,
  applications,
  users: new Map(settings.users.map((user) => [user.id, user])),
  access: new Access(settings.roles, settings.grants),
  opaqueTokens: new Map(),
  revokedTokens: new Set(),
  hostileKeys: new Map(),
})

/** The pool's clock in whole seconds since the epoch, the unit of every time in a token. */
export const nowInSeconds = (state: PoolState): number => Math.floor(state.settings.now() / 1000)

/** The application of that id, the first where none is named. Throws a TypeError on an unknown one. */
export const applicationOf = (state: PoolState, appId: string | undefined): Application => {
  if (appId === undefined) return state.applications[0]
  const application = state.applications.find((one) => one.appId === appId)
  if (!application) throw invalid(`the pool has no application '${appId}'; name it in the option apps`)
  return application
}

/** The user of that id as last updated, the first where none is named, a blank one where the pool knows no such id. */
export const userOf = (state: PoolState, userId: string = state.settings.users[0].id): PoolUser =>
  state.users.get(userId) ?? blankUser(userId, state.settings.now())

/** The attacker's key for an algorithm, made when first asked for. */
export const hostileKey = (state: PoolState, algorithm: PairAlgorithm): SigningKey => {
  const key = state.hostileKeys.get(algorithm) ?? createSigningKeySync(algorithm)
  state.hostileKeys.set(algorithm, key)
  return key
}
