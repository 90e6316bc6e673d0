import type { PermissionHook } from '../authorization/permission-hook.js'
import type { Fetch } from '../common/http.js'
import type { TokenType } from '../common/identity.js'
import type { Algorithm } from '../crypto/algorithm.js'
import type { ClientAuth } from '../introspection/call.js'
import type { JwksCacheOptions } from '../jwks/options.js'
import type { RevocationHook } from '../revocation/hook.js'
import type { StoreClient } from '../store/client.js'
import type { GuardEvent } from '../telemetry/events.js'
import type { BearerPrefix } from '../token/bearer.js'
import type { TokenCacheOptions, UserPoolOptions } from '../token/token-options.js'

/** A public key as a JSON Web Key (RFC 7517). */
export type PublicJsonWebKey = { readonly [member: string]: unknown }

/** One application of Authing: whose tokens are trusted. */
export interface ApplicationOptions {
  /**
   * The application's issuer, exactly as in its tokens' `iss`: `https://<app>.authing.cn/oidc`. A list while its domain
   * moves. Console: Applications > the application > Endpoints > Issuer.
   */
  readonly issuer: string | readonly string[]
  /** The application's App ID. Console: Applications > the application > App ID. */
  readonly appId: string
  /**
   * The App Secret, where the application signs id tokens with HS256; a list while it is being replaced. At least 32
   * bytes. Without it no HS256 token passes.
   */
  readonly appSecret?: string | readonly string[] | undefined
  /** Whom access tokens may be for, instead of the appId: one or several. Default: the appId. */
  readonly audience?: string | readonly string[] | undefined
  /** Where the JWKS is. Default: the two places where Authing has it, `<issuer>/.well-known/jwks.json` first. */
  readonly jwksUri?: string | undefined
  /** The keys themselves; nothing is fetched then. Default: none. */
  readonly jwks?: { readonly keys: readonly PublicJsonWebKey[] } | undefined
  /**
   * Lets the issuer, the JWKS and introspection, which is sent the `clientSecret` of `online`, be on plain http, or on
   * loopback in production.
   */
  readonly allowHttp?: boolean | undefined
}

/** As whom, and where, one application asks its issuer about tokens. */
export interface ApplicationOnlineOptions {
  /**
   * The App Secret, with which the application may ask. An option of its own: it verifies no HS256 token, and the
   * `appSecret` is not used for it. Required, unless `clientAuth` is `'none'`.
   */
  readonly clientSecret?: string | undefined
  /**
   * How the application proves itself, as the console says under authentication method for introspection:
   * `'client_secret_post'`, `'client_secret_basic'` or `'none'`. Default: `'client_secret_post'`.
   */
  readonly clientAuth?: ClientAuth | undefined
  /** The address to ask at, instead of the one that the issuer leads to: `<issuer>/token/introspection`. */
  readonly endpoint?: string | undefined
  /**
   * Which protocol opaque tokens come from: `'oauth'` asks about them at `/oauth/token/introspection`. JWTs are always
   * OpenID Connect's. Default: `'oidc'`.
   */
  readonly protocol?: 'oidc' | 'oauth' | undefined
}

/** When a guard asks its issuers whether a token is still active, and for how long it believes them. Times in seconds. */
export interface SharedOnlineOptions {
  /**
   * What the guard asks about by itself: `'never'` leaves it to requirements with `online: true`; `'opaque'` is for
   * tokens that are no JWTs, which are refused otherwise; `'always'` is for JWTs as well, once they have verified here.
   * Default: `'never'`.
   */
  readonly when?: 'never' | 'opaque' | 'always' | undefined
  /** Whether a token is refused whose user was deleted, suspended or archived, or has resigned. Default: false. */
  readonly strict?: boolean | undefined
  /** How long one question may take, body included. Default: 3. At most 30. */
  readonly timeout?: number | undefined
  /** How long a yes is remembered, never past the token's end; 0 asks each time. Default: 10. At most 60. */
  readonly remember?: number | undefined
}

/** How a guard of one application asks online. */
export interface OnlineOptions extends SharedOnlineOptions, ApplicationOnlineOptions {}

/** What several processes remember together. Times in seconds. */
export interface StoreOptions {
  /**
   * What speaks to the store: anything with Keyv's `get`, `set` with milliseconds, and `delete`, whose promises reject
   * where something failed. A Keyv of its own: its `throwOnErrors` is turned on.
   */
  readonly client: StoreClient
  /**
   * Seals what is stored, with HMAC-SHA-256: whoever can write to the store, and does not know it, can make nothing up.
   * A list while it is being replaced: the first one seals, and all of them open. At least 32 bytes.
   */
  readonly secret: string | readonly string[]
  /** How long one call may take. Default: 0.25. At most 5. */
  readonly timeout?: number | undefined
  /** What the store's keys begin with. Default: `authing-guard`. */
  readonly prefix?: string | undefined
  /** How long the last known answer about revocations counts while the store is down. Default: 60. At most 3,600. */
  readonly staleRevocations?: number | undefined
}

/** What holds for all applications of a guard. */
export interface CommonOptions {
  /**
   * Which kinds of token are let in. Default: all but opaque ones, and those too where `online` asks about them. Better
   * name the one in use.
   */
  readonly accept?: TokenType | readonly TokenType[] | undefined
  /** Programmatic access keys (machines) that are let in: none, any, or these. */
  readonly accessKeys?: 'none' | 'any' | readonly string[] | undefined
  /** Whether an access key that `accessKeys` admits may act for a user. */
  readonly delegates?: 'refuse' | 'allow' | undefined
  /** The signature algorithms allowed. Default: what the keys serve, and HS256 where there is a secret. */
  readonly algorithms?: readonly Algorithm[] | undefined
  /** Whether the header must say `Bearer`; some of Authing's own SDKs send the bare token. */
  readonly bearerPrefix?: BearerPrefix | undefined
  /**
   * `'optional'` lets a request without any credentials pass as anonymous; a bad token is refused all the same.
   */
  readonly credentials?: 'required' | 'optional' | undefined
  /** Seconds that clocks may differ, after `exp` and ahead for `iat` and `nbf`; a number sets both. */
  readonly clockTolerance?: number | undefined
  /** Seconds after `iat` for which a token passes, whatever its `exp`. Default: no bound. */
  readonly maxTokenAge?: number | undefined
  /** Lets in the `user.token` without `iss` of Authing's older SDKs. Default: off. */
  readonly userPool?: UserPoolOptions | undefined
  /** Asks whether a caller may do something, for requirements with `action`. Default: none. */
  readonly checkPermission?: PermissionHook | undefined
  /** Asked for each request whether the token or its bearer was revoked; only `false` admits. Default: none. */
  readonly isRevoked?: RevocationHook | undefined
  /** Where several processes share keys, decisions and revocations. Default: none, each has its own. */
  readonly store?: StoreOptions | undefined
  /**
   * Where the roles of requirements with `role` come from: the token's `roles` claim, which is as old as the token, or
   * `checkPermission`. Default: neither, and such a requirement is refused at wiring.
   */
  readonly roles?: 'claim' | 'authing' | undefined
  /**
   * Whether a bare scope like `book` means all of book's actions in a token with a user too. In a machine's it always
   * does; hosted login grants bare names to everybody.
   */
  readonly bareScopes?: 'literal' | 'expand' | undefined
  /** How keys are fetched and kept. */
  readonly jwksCache?: JwksCacheOptions | undefined
  /** How verified tokens are remembered, in this process's memory; false turns it off. */
  readonly tokenCache?: TokenCacheOptions | false | undefined
  /** Asks the issuer whether a token is still active (RFC 7662). Default: nobody is asked. */
  readonly online?: OnlineOptions | undefined
  /** The `realm` of the challenge. */
  readonly realm?: string | undefined
  /** Where the resource's metadata is (RFC 9728): goes into the challenge. Default: none. */
  readonly resourceMetadata?: string | undefined
  /** Called with what happens; what it throws is dropped. Default: none. */
  readonly onEvent?: ((event: GuardEvent) => void) | undefined
  /** The `fetch` to get keys and ask online with, for a proxy or a private certificate authority. Default: the platform's. */
  readonly fetch?: Fetch | undefined
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** A guard of one application. */
export interface OneApplication extends ApplicationOptions, CommonOptions {
  readonly apps?: never
}

type NoApplication = { readonly [name in keyof ApplicationOptions]?: never }

/** One of several applications. */
export interface OneOfSeveral extends ApplicationOptions {
  /** As whom it asks online. Needed where `online.when` is not `'opaque'`, or a route requires `online`. */
  readonly online?: MarkedOnlineOptions | undefined
}

/** As whom one of several applications asks. */
export interface MarkedOnlineOptions extends ApplicationOnlineOptions {
  /** Whether opaque tokens are this application's; they do not say whose they are. Default: false. */
  readonly opaque?: boolean | undefined
}

/** A guard of several applications, each with its own keys and secrets. */
export interface SeveralApplications extends NoApplication, CommonOptions {
  readonly apps: readonly OneOfSeveral[]
  readonly online?: (SharedOnlineOptions & { readonly [name in keyof ApplicationOnlineOptions]?: never }) | undefined
}

/** A guard of a user pool's legacy tokens alone. */
export interface UserPoolAlone extends NoApplication, CommonOptions {
  readonly apps?: never
  readonly online?: never
  readonly userPool: UserPoolOptions
}

/** The options of a guard. Read once, own properties alone; unknown ones are refused. */
export type GuardOptions = OneApplication | SeveralApplications | UserPoolAlone
