import { OptionReader } from '../common/option-reader.js'
import { choice, count, flag, type OptionValues, seconds, type TableOf, text } from '../common/options.js'
import type { When } from '../token/token-options.js'
import { type ClientAuth, clientAuths } from './call.js'

/** How one application asks its issuer about tokens, and where. */
export interface ApplicationIntrospectionOptions {
  /**
   * The App Secret, with which the application may ask. An option of its own: it verifies no HS256 token, and the
   * `appSecret` is not used for it. Required, unless `clientAuth` is `'none'`.
   */
  readonly clientSecret?: string | undefined
  /**
   * How the application authenticates, as the console says under authentication method for introspection:
   * `'client_secret_post'`, `'client_secret_basic'` or `'none'`. Default: `'client_secret_post'`.
   */
  readonly clientAuth?: ClientAuth | undefined
  /** The endpoint to ask, instead of the issuer's own: `<issuer>/token/introspection`. */
  readonly endpoint?: string | undefined
  /**
   * Which protocol opaque tokens come from: `'oauth'` asks about them at `/oauth/token/introspection`. JWTs are always
   * OpenID Connect's. Default: `'oidc'`.
   */
  readonly protocol?: 'oidc' | 'oauth' | undefined
}

/** The options of `introspection`. With `apps`, each application has its own credentials. Times in seconds. */
export interface IntrospectionOptions extends ApplicationIntrospectionOptions {
  /**
   * What the guard asks about by itself: `'never'` leaves it to requirements with `introspection: true`; `'opaque'` is
   * for tokens that are not JWTs, which are refused otherwise; `'always'` is for JWTs as well, once they have verified.
   * Default: `'never'`.
   */
  readonly when?: When | undefined
  /** Whether a token is refused whose user was deleted, suspended or archived, or has resigned. Default: false. */
  readonly strict?: boolean | undefined
  /** How long one question may take, body included. Default: 3. At most 30. */
  readonly timeout?: number | undefined
  /** How long a yes is kept, never past the token's end; 0 asks each time. Default: 10. At most 60. */
  readonly cacheSeconds?: number | undefined
  /**
   * How many calls are made at the same time, at one issuer, about tokens that were not active before; others wait for
   * two seconds at most, then get 503. Default: 32. At most 1,000.
   */
  readonly maxConcurrency?: number | undefined
  /** How many such calls a second may find no active token, ten times as many at once. Default: no bound. */
  readonly maxRate?: number | undefined
}

/** How one of several applications asks its issuer about tokens. */
export interface OneOfSeveralIntrospectionOptions extends ApplicationIntrospectionOptions {
  /** Whether opaque tokens are this application's; they do not say which one they are of. Default: false. */
  readonly opaque?: boolean | undefined
}

const secretAdvice =
  "your application's App Secret (Authing console > Applications > your application), unless clientAuth is 'none'"

const clientOptions = {
  clientSecret: text(secretAdvice, { default: undefined }),
  clientAuth: choice(clientAuths, { default: 'client_secret_post' }),
  endpoint: text('the address for introspection', { default: undefined }),
  protocol: choice(['oidc', 'oauth'], { default: 'oidc' }),
} satisfies TableOf<ApplicationIntrospectionOptions>

/** The options of one of `apps`. */
export const applicationIntrospectionOptions = {
  ...clientOptions,
  opaque: flag,
} satisfies TableOf<OneOfSeveralIntrospectionOptions>

export const introspectionOptions = {
  when: choice<When, 'never'>(['never', 'opaque', 'always'], { default: 'never' }),
  strict: flag,
  timeout: seconds({ min: 0.01, max: 30, default: 3 }),
  cacheSeconds: seconds({ min: 0, max: 60, default: 10 }),
  maxConcurrency: count({ min: 1, max: 1000, default: 32, unit: 'calls' }),
  maxRate: count({ min: 1, max: 10_000, default: undefined, unit: 'calls' }),
  ...clientOptions,
} satisfies TableOf<IntrospectionOptions>

/** Credentials and endpoint of one application, checked as far as they can be without it. */
export interface ClientSettings extends OptionValues<typeof clientOptions> {
  readonly reader: OptionReader
}

/** The options of `introspection`, checked. */
export type IntrospectionSettings = ClientSettings & OptionValues<typeof introspectionOptions>

/** The options of one of several applications, checked. */
export type OneOfSeveralSettings = ClientSettings & OptionValues<typeof applicationIntrospectionOptions>

/** Reads the options of `introspection`. @throws {TypeError} */
export function introspectionSettingsOf(given: unknown): IntrospectionSettings {
  const reader = new OptionReader(given, 'introspection.', Object.keys(introspectionOptions))
  return checkClient({ reader, ...reader.values(introspectionOptions) })
}

/** Reads the plain `introspection` of one of `apps`, at `path`. @throws {TypeError} */
export function applicationSettingsOf(given: unknown, path: string): OneOfSeveralSettings {
  const reader = new OptionReader(given, path, Object.keys(applicationIntrospectionOptions))
  return checkClient({ reader, ...reader.values(applicationIntrospectionOptions) })
}

/** The first option that belongs to an application; undefined if there is none. */
export function clientOptionIn({ reader }: ClientSettings): string | undefined {
  return Object.keys(clientOptions).find((name) => reader.get(name) !== undefined)
}

function checkClient<Settings extends ClientSettings>(settings: Settings): Settings {
  const { reader, clientAuth, clientSecret, endpoint } = settings
  if (clientAuth === 'none' && clientSecret !== undefined)
    throw reader.invalid('clientSecret', "is given, and clientAuth is 'none': name one")
  if (endpoint !== undefined && reader.get('protocol') !== undefined)
    throw reader.invalid('protocol', 'and endpoint are both given: name one of them')
  return settings
}

/** The secret to ask with; empty if the application needs none. Never the `appSecret`. @throws {TypeError} */
export function clientSecretOf({ reader, clientAuth, clientSecret }: ClientSettings): string {
  if (clientAuth === 'none') return ''
  return clientSecret ?? reader.read('clientSecret', text(secretAdvice))
}
