/** A local Authing user pool for tests and for development without a network: `createUserPool()`. Node only. */
export type { Algorithm, MintAlgorithm } from './testing/algorithm.js'
export type { Jwks, PoolApplication } from './testing/application.js'
export type { TokenType } from './testing/claims.js'
export type { Fault, OutageOptions } from './testing/fault.js'
export type { Grant, GrantOptions, Role, RoleOptions } from './testing/grants.js'
export type { PublicJwk } from './testing/key.js'
export type { MintOptions } from './testing/mint.js'
export type { OpaqueMintOptions } from './testing/opaque.js'
export type { AccessKeyOptions, AppOptions, ClientAuthentication, Layout, UserPoolOptions } from './testing/options.js'
export { createUserPool } from './testing/pool.js'
export type { PoolRequest } from './testing/pool-request.js'
export type { AccessKey } from './testing/settings.js'
export type { PoolUser, UserOptions, UserProfile, UserStatus } from './testing/user.js'
export type {
  PoolApplicationGuardOptions,
  PoolGuardOptions,
  RotationOptions,
  UserPool,
} from './testing/user-pool.js'
export type { Wrong } from './testing/wrong.js'
