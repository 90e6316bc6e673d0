import type { Algorithm } from './algorithm.js'
import type { GrantOptions } from './grants.js'
import type { PoolRequest } from './pool-request.js'
import type { UserOptions } from './user.js'
import type { WebhookOptions } from './webhook-options.js'

/**
 * The addresses of the applications. Authing has all three layouts:
 *
 * - `'domain-per-app'`: each application has its own port, issuer `http://127.0.0.1:PORT/oidc`, JWKS at
 *   `<issuer>/.well-known/jwks.json`: the classic pool's third-level domains.
 * - `'shared-issuer'`: one port and one issuer for all, `http://127.0.0.1:PORT/oidc`; the JWKS is only at
 *   `/<appId>/oidc/.well-known/jwks.json`, and `/oidc/.well-known/jwks.json` answers 404.
 * - `'path-per-app'`: one port, issuer `http://127.0.0.1:PORT/<appId>/oidc`: a unified-domain pool.
 */
export type Layout = 'domain-per-app' | 'shared-issuer' | 'path-per-app'

/** How a client authenticates at introspection and revocation; a setting in Authing's console. */
export type ClientAuthentication = 'any' | 'client_secret_post' | 'client_secret_basic' | 'none'

/** One application. */
export interface AppOptions {
  /** Letters, digits, `_` and `-`. Default: 24 random hex characters. */
  readonly appId?: string
  /** At least 32 characters. Default: 32 random hex characters. */
  readonly appSecret?: string
  /**
   * Signs the id tokens, the user tokens and the access tokens. With HS256 the access tokens are RS256, as at Authing.
   * Default: `'RS256'`.
   */
  readonly algorithm?: Algorithm
  /**
   * How the application must authenticate when it asks whether a token is active, as the console at Authing sets it. With
   * `'any'` each way does, and a secret that is sent must be right. Default: `'any'`.
   */
  readonly introspectionAuth?: ClientAuthentication
}

/** One programmatic access account: a machine that gets tokens with client credentials. */
export interface AccessKeyOptions {
  /** Default: 24 random hex characters. */
  readonly accessKeyId?: string
  /** At least 32 characters. Default: 32 random hex characters. */
  readonly accessKeySecret?: string
  /** The scopes that it may have. Other requested scopes are dropped from its token. Default: every requested scope. */
  readonly scopes?: readonly string[]
}

/** The options of `createUserPool`. */
export interface UserPoolOptions {
  /** Default: 24 random hex characters. */
  readonly userPoolId?: string
  /** The HS256 secret of legacy user tokens, at least 32 characters. Default: 32 random hex characters. */
  readonly jwtSecret?: string
  /** The pool's own secret at the management API, at least 32 characters. Default: 32 random hex characters. */
  readonly userPoolSecret?: string
  /** Default: `'domain-per-app'`. */
  readonly layout?: Layout
  /** At least one. Default: one RS256 application. */
  readonly apps?: readonly AppOptions[]
  /** At least one. Default: one that gets every requested scope. */
  readonly accessKeys?: readonly AccessKeyOptions[]
  /** At least one. The first one is the default user of tokens. Default: one, with a nickname. */
  readonly users?: readonly UserOptions[]
  /** The permissions of users and roles, for the checks of the management API. Default: none. */
  readonly grants?: readonly GrantOptions[]
  /** The user id for a code of `wx.login` or `tt.login`. Every other code signs in the first user. */
  readonly miniProgramCodes?: Readonly<Record<string, string>>
  /** Where webhooks go when a user is blocked, kicked or removed, or a role or grant changes. Default: nowhere. */
  readonly webhook?: WebhookOptions
  /** The clock of the pool, in milliseconds since the epoch. Default: `() => Date.now()`, so fake timers apply. */
  readonly now?: () => number
  /** The port of the first application on 127.0.0.1; the others take free ports. Default: 0, a free port. */
  readonly port?: number
  /** Called when a request arrives, with status 0, and again when it is answered. Default: none. */
  readonly onRequest?: (request: PoolRequest) => void
}
