import type { Algorithm } from './algorithm.js'
import type { GrantOptions } from './grants.js'
import type { PoolRequest } from './pool-request.js'
import type { UserOptions } from './user.js'

/**
 * Where the applications live (Authing has all three in the field):
 *
 * - `'domain-per-app'`: each on a loopback port of its own, issuer `http://127.0.0.1:PORT/oidc`, JWKS at
 *   `<issuer>/.well-known/jwks.json`: the classic pool's third-level domains.
 * - `'shared-issuer'`: one port and one issuer for all, `http://127.0.0.1:PORT/oidc`; the JWKS is only at
 *   `/<appId>/oidc/.well-known/jwks.json`, and `/oidc/.well-known/jwks.json` answers 404.
 * - `'path-per-app'`: one port, issuer `http://127.0.0.1:PORT/<appId>/oidc`: a unified-domain pool.
 */
export type Layout = 'domain-per-app' | 'shared-issuer' | 'path-per-app'

/** How an application's client proves itself at introspection and revocation; a setting of Authing's console. */
export type ClientAuthentication = 'client_secret_post' | 'client_secret_basic' | 'none'

/** One application. */
export interface AppOptions {
  /** Letters, digits, `_` and `-`. Default: fresh 24 hex characters. */
  readonly appId?: string
  /** At least 32 characters. Default: fresh 32 hex characters. */
  readonly appSecret?: string
  /**
   * What signs the id tokens and user tokens; access tokens too, except that under HS256 they are RS256 by the JWKS, as
   * at Authing. Default: `'RS256'`.
   */
  readonly algorithm?: Algorithm
  /** Default: `'client_secret_post'`. */
  readonly introspectionAuth?: ClientAuthentication
}

/** One programmatic access account: a machine that gets tokens by client credentials. */
export interface AccessKeyOptions {
  /** Default: fresh 24 hex characters. */
  readonly accessKeyId?: string
  /** At least 32 characters. Default: fresh 32 hex characters. */
  readonly accessKeySecret?: string
  /** The scopes it may have; any other that it asks for is dropped from its token. Default: whatever it asks for. */
  readonly scopes?: readonly string[]
}

/** What `createUserPool` takes; all optional. */
export interface UserPoolOptions {
  /** Default: fresh 24 hex characters. */
  readonly userPoolId?: string
  /** The HS256 secret of legacy user tokens, at least 32 characters. Default: fresh 32 hex characters. */
  readonly jwtSecret?: string
  /** The pool's own secret at the management API, at least 32 characters. Default: fresh 32 hex characters. */
  readonly userPoolSecret?: string
  /** Default: `'domain-per-app'`. */
  readonly layout?: Layout
  /** At least one. Default: one RS256 application. */
  readonly apps?: readonly AppOptions[]
  /** At least one. Default: one that gets every scope it asks for. */
  readonly accessKeys?: readonly AccessKeyOptions[]
  /** At least one; the first is the one that tokens are minted for. Default: one, with a nickname. */
  readonly users?: readonly UserOptions[]
  /** What users and roles may do, for the management API's permission checks. Default: nothing. */
  readonly grants?: readonly GrantOptions[]
  /** Which user a `wx.login` code signs in, by user id. Every other code signs in the first user. */
  readonly miniProgramCodes?: Readonly<Record<string, string>>
  /** The pool's clock, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number
  /** The first application's port on 127.0.0.1; the others take free ones. Default: 0, a free one. */
  readonly port?: number
  /** Called as a request comes in, with status 0, and again as it is answered. Default: none. */
  readonly onRequest?: (request: PoolRequest) => void
}
