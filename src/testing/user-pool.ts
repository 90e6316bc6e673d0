import type { Jwks, PoolApplication } from './application.js'
import type { OutageOptions } from './fault.js'
import type { Grant, GrantOptions, Role, RoleOptions } from './grants.js'
import type { MintOptions } from './mint.js'
import type { OpaqueMintOptions } from './opaque.js'
import type { PoolRequest } from './pool-request.js'
import type { AccessKey } from './settings.js'
import type { PoolUser, UserOptions } from './user.js'
import type { WebhookDelivery } from './webhook.js'

/** The guard options of one application; with `appSecret` only if its id tokens are HS256. */
export interface PoolApplicationGuardOptions {
  readonly issuer: string
  readonly appId: string
  readonly appSecret?: string
}

/** The guard options of the pool: those of its application, or of all of them under `apps` if there are several. */
export type PoolGuardOptions = PoolApplicationGuardOptions | { readonly apps: readonly PoolApplicationGuardOptions[] }

/**
 * A change of the pool takes effect at once. This promise resolves when the webhook about it was answered or has failed,
 * and with undefined if the pool has no webhook. It never rejects.
 */
export type Delivered = Promise<WebhookDelivery | undefined>

/** The options of `rotateKeys`. */
export interface RotationOptions {
  /** Keeps the old keys in the JWKS, so that their tokens stay valid. Default: false. */
  readonly keepOld?: boolean
  /** Default: the first application. */
  readonly appId?: string
}

/**
 * A local Authing user pool: real HTTP on 127.0.0.1 and new keys, all of it in this process. Its own `issuer`, `appId`,
 * `appSecret`, `algorithm`, `host` and `jwksUri` are those of the first application.
 */
export interface UserPool extends PoolApplication, AsyncDisposable {
  readonly userPoolId: string
  /** The HS256 secret of legacy user tokens: the option `userPool.jwtSecret` of a guard. */
  readonly jwtSecret: string
  /**
   * The secret of the user pool at the management API, with `userPoolId` as the access key id. The keys in `accessKeys`
   * work there too.
   */
  readonly userPoolSecret: string
  /** The address of the management API: `host` of `authingPermissions`. */
  readonly managementHost: string
  readonly apps: readonly PoolApplication[]
  readonly accessKeys: readonly AccessKey[]
  /** The current users. `updateProfile` of the mini-program SDK before 5.x changes them too. */
  readonly users: readonly PoolUser[]
  /** The current grants, with every default filled in. */
  readonly grants: readonly Grant[]
  /** The options for `authingGuard` or `createGuard`. */
  readonly guardOptions: PoolGuardOptions
  /** The last 10,000 requests to the pool, oldest first, without queries, headers and bodies. */
  readonly requests: readonly PoolRequest[]

  /**
   * Issues a token.
   *
   * @example
   * const token = pool.mint({ userId: 'mole', scope: 'openid book:read' })
   * await fetch(`${api}/books`, { headers: { authorization: `Bearer ${token}` } }) // 200
   *
   * @throws {TypeError} On an unknown option, a bad value, and a `type`, `defect` and `algorithm` that exclude each other.
   */
  mint(options?: MintOptions): string
  /**
   * Issues an opaque OAuth 2.0 access token, 40 hex characters. Only `/oauth/token/introspection` knows it.
   *
   * @example
   * const token = pool.mintOpaque({ userId: 'mole', expiresIn: 60 })
   * const identity = await guard.verifyToken(token) // a guard with introspection
   */
  mintOpaque(options?: OpaqueMintOptions): string
  /**
   * Returns the public keys of an application, as served. Default: the first application's.
   *
   * @example
   * const { keys } = pool.jwks()
   * const guard = createGuard({ issuer: pool.issuer, appId: pool.appId, jwks: { keys } })
   */
  jwks(appId?: string): Jwks
  /**
   * Makes a new signing key. Resolves when it signs.
   *
   * @example
   * const token = pool.mint()
   * await pool.rotateKeys({ keepOld: true })
   * await guard.verifyToken(token) // still valid: the old key stays in the JWKS
   */
  rotateKeys(options?: RotationOptions): Promise<void>
  /**
   * Starts an outage. It lasts until `comeUp`; a later call replaces an earlier one.
   *
   * @example
   * pool.goDown({ fault: 'error', path: '/jwks.json' })
   * expect(await statusOf(pool.mint())).toBe(503)
   * pool.comeUp()
   */
  goDown(options?: OutageOptions): void
  /**
   * Ends the outage.
   *
   * @example
   * pool.goDown()
   * pool.comeUp()
   */
  comeUp(): void
  /**
   * Sets the seconds to wait before each answer, from 0 (off) to 3600.
   *
   * @example
   * pool.slowDown(5) // longer than the timeout of a guard
   * expect(await statusOf(pool.mint())).toBe(503)
   */
  slowDown(seconds: number): void
  /**
   * Makes a token inactive for introspection. A guard that only verifies tokens does not notice.
   *
   * @example
   * const token = pool.mint()
   * pool.revoke(token)
   * expect(await statusOf(token)).toBe(401) // a guard with introspection
   */
  revoke(token: string): void
  /**
   * Adds a user, or replaces the one with the same id. Throws a TypeError on a bad value.
   *
   * @example
   * const { id } = pool.addUser({ nickname: 'Badger', roles: ['admin'] })
   * const token = pool.mint({ type: 'id_token', userId: id })
   */
  addUser(user?: UserOptions): PoolUser
  /**
   * Deletes a user and the user's roles. Introspection with `strict` then reports the tokens as inactive. Throws a
   * TypeError if there is no such user.
   *
   * @example
   * const { id } = pool.addUser()
   * pool.removeUser(id)
   */
  removeUser(userId: string): Delivered
  /**
   * Blocks a user: the status becomes `'Suspended'`, and the webhook `user:blocked` is sent. Introspection with `strict`
   * then reports the tokens as inactive. Throws a TypeError if there is no such user.
   *
   * @example
   * const delivery = await pool.block('mole')
   * expect(delivery?.status).toBe(200) // of your webhook route
   */
  block(userId: string): Delivered
  /**
   * Sends the webhook `kick`, as when an administrator signs a user out: of one application, or of all. Nothing else
   * happens in the pool. Throws a TypeError if there is no such user or application.
   *
   * @example
   * await pool.kick('mole')
   */
  kick(userId: string, options?: { readonly appId?: string }): Delivered
  /**
   * Returns the roles of a user, none for an unknown user.
   *
   * @example
   * pool.setRoles('mole', ['admin'])
   * pool.rolesOf('mole') // [{ code: 'admin', namespace: 'default' }]
   */
  rolesOf(userId: string): readonly Role[]
  /**
   * Replaces the roles of a user. Throws a TypeError on a bad value.
   *
   * @example
   * pool.setRoles('mole', ['editor', { code: 'admin', namespace: 'shop' }])
   */
  setRoles(userId: string, roles: readonly RoleOptions[]): Delivered
  /**
   * Adds a grant: allows or denies an action. Throws a TypeError on a bad value.
   *
   * @example
   * pool.grant({ role: 'editor', resource: 'book:*', action: 'book:write' })
   * pool.grant({ userId: 'mole', resource: 'book:1', action: '*', effect: 'deny' })
   */
  grant(grant: GrantOptions): Delivered
  /**
   * Removes a grant, given by the same values. Throws a TypeError if there is no such grant.
   *
   * @example
   * const grant = { userId: 'mole', resource: 'book:1', action: 'book:read' }
   * pool.grant(grant)
   * pool.removeGrant(grant)
   */
  removeGrant(grant: GrantOptions): Delivered
  /**
   * Empties `requests`.
   *
   * @example
   * pool.clearRequests()
   * await guard.verifyToken(pool.mint())
   * expect(pool.requests).toEqual([]) // the keys came from the cache
   */
  clearRequests(): void
  /**
   * Closes the ports and every connection. `await using` does the same.
   *
   * @example
   * const pool = await createUserPool()
   * afterAll(() => pool.close())
   */
  close(): Promise<void>
}
