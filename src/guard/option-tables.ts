import { permissionHook } from '../authorization/permission-hook.js'
import type { Fetch } from '../common/http.js'
import { group, groupOrFalse } from '../common/option-reader.js'
import { anything, callback, choice, clock, flag, type TableOf, text, texts } from '../common/options.js'
import { secrets } from '../crypto/secret.js'
import { jwksCacheOptions } from '../jwks/options.js'
import type { RevocationHook } from '../revocation/hook.js'
import type { GuardEvent } from '../telemetry/events.js'
import { tokenCacheOptions, tokenOptions } from '../token/token-options.js'
import { realm } from './challenge-options.js'
import type { ApplicationOptions, CommonOptions } from './options.js'
import { resourceMetadata } from './resource-metadata.js'

const console = 'Authing console > Applications > your application'
/** What an option, or the variable of the environment in its place, must be. */
export const issuerText = `your application's Issuer, like https://my-app.authing.cn/oidc (${console} > Endpoints)`
export const appIdText = `your application's App ID, like 5f17a529f64fb009b794a2ff (${console})`

/** The options of one application: of a guard, or of each of its `apps`. */
export const applicationOptions = {
  issuer: texts(`${issuerText}. AUTHING_ISSUER is read only where a guard has no options`),
  appId: text(appIdText),
  appSecret: secrets(`your application's App Secret, not the user pool's (${console})`),
  audience: texts('the audiences of access tokens', { default: undefined }),
  jwksUri: text('the address of the JWKS', { default: undefined }),
  jwks: anything,
  allowHttp: flag,
} satisfies TableOf<ApplicationOptions>

/** The options that hold for all applications of a guard. */
export const commonOptions = {
  ...tokenOptions,
  bearerPrefix: choice(['required', 'optional'], { default: 'required' }),
  credentials: choice(['required', 'optional'], { default: 'required' }),
  checkPermission: permissionHook,
  isRevoked: callback<RevocationHook>(),
  store: anything,
  roles: choice(['claim', 'authing'], { default: undefined }),
  bareScopes: choice(['literal', 'expand'], { default: 'literal' }),
  jwksCache: group(jwksCacheOptions),
  tokenCache: groupOrFalse(tokenCacheOptions),
  introspection: anything,
  realm,
  resourceMetadata,
  onEvent: callback<(event: GuardEvent) => void>(),
  developmentLog: choice([true, false], { default: true }),
  fetch: callback<Fetch>(),
  now: clock,
} satisfies TableOf<CommonOptions>
