/** A local Authing user pool for tests and for development without a network: `createUserPool()`. Node only. */
export type { Algorithm, MintAlgorithm } from './algorithm.js'
export type { Jwks, PoolApplication } from './application.js'
export type { TokenType } from './claims.js'
export type { Defect } from './defects.js'
export type { Fault, OutageOptions } from './fault.js'
export type { Grant, GrantOptions, Role, RoleOptions } from './grants.js'
export type { PublicJwk } from './key.js'
export type { MintOptions } from './mint.js'
export type { OpaqueMintOptions } from './opaque.js'
export type { AccessKeyOptions, AppOptions, ClientAuthentication, Layout, UserPoolOptions } from './options.js'
export { createUserPool } from './pool.js'
export type { PoolRequest } from './pool-request.js'
export type { AccessKey } from './settings.js'
export type { PoolUser, UserOptions, UserProfile, UserStatus } from './user.js'
export type {
  Delivered,
  PoolApplicationGuardOptions,
  PoolGuardOptions,
  RotationOptions,
  UserPool,
} from './user-pool.js'
export type { WebhookDelivery } from './webhook.js'
export type { WebhookOptions } from './webhook-options.js'
