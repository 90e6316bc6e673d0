import type { PermissionHook } from '../authorization/permission-hook.js'
import type { Fetch } from '../common/http.js'
import type { TokenType } from '../common/identity.js'
import type { Algorithm } from '../crypto/algorithm.js'
import type { IntrospectionPart } from '../introspection/index.js'
import type { OneOfSeveralIntrospectionOptions } from '../introspection/options.js'
import type { JwksCacheOptions } from '../jwks/options.js'
import type { RevocationHook } from '../revocation/hook.js'
import type { StorePart } from '../store/index.js'
import type { GuardEvent } from '../telemetry/events.js'
import type { BearerPrefix } from '../token/bearer.js'
import type { TokenCacheOptions, UserPoolOptions } from '../token/token-options.js'
import type { ResourceMetadataOptions } from './resource-metadata.js'

/** A public key as a JSON Web Key (RFC 7517), as `node:crypto`, `crypto.subtle` and jose export it. */
export type PublicJsonWebKey = object

/** One application of Authing, whose tokens are trusted. */
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
  /** The audiences that access tokens may have, instead of the appId: one or several. Default: the appId. */
  readonly audience?: string | readonly string[] | undefined
  /** Where the JWKS is. Default: the two places where Authing has it, `<issuer>/.well-known/jwks.json` first. */
  readonly jwksUri?: string | undefined
  /** The keys themselves; nothing is fetched then. Default: none. */
  readonly jwks?: { readonly keys: readonly PublicJsonWebKey[] } | undefined
  /**
   * Lets the issuer, the JWKS and the introspection endpoint, which is sent the `clientSecret`, be on plain http, or on
   * loopback in production.
   */
  readonly allowHttp?: boolean | undefined
}

/** What holds for all applications of a guard. */
export interface CommonOptions {
  /**
   * Which kinds of token are admitted. Default: all but opaque ones, and those too where `introspection` asks about them.
   * Better name the one in use.
   */
  readonly accept?: TokenType | readonly TokenType[] | undefined
  /** Programmatic access keys (machines) that are admitted: none, any, or these. Default: `'none'`. */
  readonly accessKeys?: 'none' | 'any' | readonly string[] | undefined
  /** Whether an access key that `accessKeys` admits may act for a user. Default: `'refuse'`. */
  readonly delegates?: 'refuse' | 'allow' | undefined
  /** The signature algorithms allowed. Default: what the keys serve, and HS256 where there is a secret. */
  readonly algorithms?: readonly Algorithm[] | undefined
  /** Whether the header must say `Bearer`. Some clients send the bare token: AppSync's; Authing's SDKs only to Authing. */
  readonly bearerPrefix?: BearerPrefix | undefined
  /**
   * `'optional'` lets a request without any credentials pass as anonymous; a bad token is refused all the same.
   */
  readonly credentials?: 'required' | 'optional' | undefined
  /** Seconds that clocks may differ. A number sets both: after `exp` (default: 5), and ahead for `iat` and `nbf` (default: 60). At most 300. */
  readonly clockTolerance?: number | undefined
  /** Seconds after `iat` for which a token passes, whatever its `exp`. Default: no bound. */
  readonly maxTokenAge?: number | undefined
  /** Lets in the `user.token` without `iss` of Authing's older SDKs. Default: off. */
  readonly userPool?: UserPoolOptions | undefined
  /**
   * Answers whether a caller may do something, for requirements with `action`: a function, or an object like
   * `{ check, cacheSeconds: 5 }`. Default: none.
   */
  readonly checkPermission?: PermissionHook | undefined
  /** Asked for each request whether the token or its bearer was revoked; only `false` admits. Default: none. */
  readonly isRevoked?: RevocationHook | undefined
  /**
   * Where several processes share keys and revocations: `sharedStore({ ... })` of `authing-guard/store`. Default: none,
   * each process has its own.
   */
  readonly store?: StorePart | undefined
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
  /**
   * Asks the issuer whether a token is still active (RFC 7662): `introspection({ ... })` of
   * `authing-guard/introspection`. Default: the issuer is not asked.
   */
  readonly introspection?: IntrospectionPart | undefined
  /** The `realm` of the challenge. Default: `authing`. */
  readonly realm?: string | undefined
  /**
   * The metadata of the API (RFC 9728), whose address the challenge names: `{ resource, ... }`, which
   * `authing-guard/metadata` serves, or the https URL of a document that is served elsewhere. Default: none.
   */
  readonly resourceMetadata?: string | ResourceMetadataOptions | undefined
  /** Called with each event; what it throws is dropped. Default: none. */
  readonly onEvent?: ((event: GuardEvent) => void) | undefined
  /**
   * Whether a guard without `onEvent` writes why it refuses to stderr, where `NODE_ENV` is `development`, or is not set and
   * stderr is a terminal. Each line once, one a second at most. Default: true.
   */
  readonly developmentLog?: boolean | undefined
  /** The `fetch` for keys and introspection, for a proxy or a private certificate authority. Default: the platform's. */
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
  /**
   * Its credentials for introspection, a plain object. Required unless the guard's `introspection` has `when: 'opaque'`,
   * and where a route requires `introspection`.
   */
  readonly introspection?: OneOfSeveralIntrospectionOptions | undefined
}

/** A guard of several applications, each with its own keys and secrets. */
export interface SeveralApplications extends NoApplication, CommonOptions {
  readonly apps: readonly OneOfSeveral[]
}

/** A guard of a user pool's legacy tokens alone. */
export interface UserPoolAlone extends NoApplication, CommonOptions {
  readonly apps?: never
  readonly introspection?: never
  readonly userPool: UserPoolOptions
}

/** The options of a guard. Read once, own properties alone; unknown ones are refused. */
export type GuardOptions = OneApplication | SeveralApplications | UserPoolAlone
