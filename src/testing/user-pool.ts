import type { Jwks, PoolApplication } from './application.js'
import type { OutageOptions } from './fault.js'
import type { Grant, GrantOptions, Role, RoleOptions } from './grants.js'
import type { MintOptions } from './mint.js'
import type { OpaqueMintOptions } from './opaque.js'
import type { PoolRequest } from './pool-request.js'
import type { AccessKey } from './settings.js'
import type { PoolUser, UserOptions } from './user.js'

/** What a guard needs to know of one application; `appSecret` only where the id tokens are HS256. */
export interface PoolApplicationGuardOptions {
  readonly issuer: string
  readonly appId: string
  readonly appSecret?: string
}

/** What a guard needs to know of the pool: the application, or all of them under `apps` where there are several. */
export type PoolGuardOptions = PoolApplicationGuardOptions | { readonly apps: readonly PoolApplicationGuardOptions[] }

/** What `rotateKeys` takes; all optional. */
export interface RotationOptions {
  /** Leaves the old keys in the JWKS, so that their tokens stay good. Default: false. */
  readonly keepOld?: boolean
  /** Default: the first application. */
  readonly appId?: string
}

/**
 * A local Authing user pool: real HTTP on 127.0.0.1, fresh keys, nothing that outlives the process. Its own `issuer`,
 * `appId`, `appSecret`, `algorithm`, `host` and `jwksUri` are the first application's.
 */
export interface UserPool extends PoolApplication, AsyncDisposable {
  readonly userPoolId: string
  /** The HS256 secret of legacy user tokens: a guard's option `userPool.jwtSecret`. */
  readonly jwtSecret: string
  /**
   * The pool's secret at the management API, where `userPoolId` is the access key; the key of an option `accessKeys`
   * does as well there.
   */
  readonly userPoolSecret: string
  /** Where the management API is: `host` of `authingPermissions`. */
  readonly managementHost: string
  readonly apps: readonly PoolApplication[]
  readonly accessKeys: readonly AccessKey[]
  /** As they are now; the mini program's `updateProfile` changes them. */
  readonly users: readonly PoolUser[]
  /** As they are now, every default filled in. */
  readonly grants: readonly Grant[]
  /** To hand to `authingGuard` or `createGuard`. */
  readonly guardOptions: PoolGuardOptions
  /** What was asked of the pool: the last 10,000 requests, oldest first, without queries, headers and bodies. */
  readonly requests: readonly PoolRequest[]

  /**
   * A token. Throws a TypeError on an unknown option or a bad value, and where `type`, `wrong` and `algorithm` have no
   * meaning together.
   */
  mint(options?: MintOptions): string
  /** An opaque OAuth 2.0 access token, 40 hex characters; `/oauth/token/introspection` knows it. */
  mintOpaque(options?: OpaqueMintOptions): string
  /** The public keys of an application, as served. Default: the first application's. */
  jwks(appId?: string): Jwks
  /** Makes a new key sign from here on. Resolves when it does. */
  rotateKeys(options?: RotationOptions): Promise<void>
  /** Takes the pool down until `comeUp`; a later call replaces an earlier one. */
  goDown(options?: OutageOptions): void
  /** Ends what `goDown` began. */
  comeUp(): void
  /** Seconds to wait before each answer; 0 turns it off. */
  slowDown(seconds: number): void
  /** From here on introspection calls the token inactive; a guard that verifies on its own never hears of it. */
  revoke(token: string): void
  /** One more user, or another in the place of the one with that id. Throws a TypeError on a bad value. */
  addUser(user?: UserOptions): PoolUser
  /**
   * Deletes a user, and the roles with it; `strict` introspection then calls the tokens inactive. Throws a TypeError
   * where there is none.
   */
  removeUser(userId: string): void
  /** None where the pool knows no such user. */
  rolesOf(userId: string): readonly Role[]
  /** What a user has from here on, instead of any roles before. Throws a TypeError on a bad value, as the next two. */
  setRoles(userId: string, roles: readonly RoleOptions[]): void
  /** Allows, or denies, something from here on. */
  grant(grant: GrantOptions): void
  /** Takes a grant back, given in the same words. Throws a TypeError where there is none. */
  removeGrant(grant: GrantOptions): void
  /** Empties `requests`. */
  clearRequests(): void
  /** Frees the ports and cuts every connection. */
  close(): Promise<void>
}
