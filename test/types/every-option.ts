// Compiled, never run: each option of each part once. The tarball's test compiles it too, in every module setting, with
// the types of several versions of Node, with and without those of a browser.
import type {
  GuardOptions,
  JwksCacheOptions,
  OneApplication,
  OneOfSeveralIntrospectionOptions,
  PermissionHookObject,
  ResourceMetadataOptions,
  TokenCacheOptions,
} from 'authing-guard'
import { createGuard, type Guard, type Identity } from 'authing-guard'
import { type IntrospectionOptions, introspection } from 'authing-guard/introspection'
import { type AuthingPermissionsOptions, authingPermissions } from 'authing-guard/permissions'
import { type StoreOptions, sharedStore } from 'authing-guard/store'
import { authingWebhook, type WebhookOptions } from 'authing-guard/webhooks'

const secret = 'a secret of at least thirty-two bytes'

const introspectionOptions = {
  when: 'opaque',
  clientSecret: secret,
  clientAuth: 'client_secret_basic',
  endpoint: 'https://my-app.authing.cn/oidc/token/introspection',
  protocol: 'oauth',
  strict: true,
  timeout: 3,
  cacheSeconds: 10,
  maxConcurrency: 32,
  maxRate: 10,
} satisfies Required<IntrospectionOptions>

const storeOptions = {
  client: new Map<string, string>(),
  secret: [secret],
  timeout: 0.25,
  prefix: 'my-api',
  staleRevocations: 60,
  maxTokenAge: 86_400,
} satisfies Required<StoreOptions>

const permissionOptions = {
  accessKeyId: 'a',
  accessKeySecret: secret,
  model: 'data',
  namespace: 'default',
  host: 'https://api.authing.cn',
  headerPrefix: 'x-authing-',
  fetch,
  now: () => Date.now(),
  onWarning: (message) => console.warn(message),
} satisfies Required<AuthingPermissionsOptions>

const hook = {
  check: async (identity, { action }, { signal }) => !signal.aborted && identity.kind === 'user' && action === 'read',
  hasRole: (_, { roles }) => roles.includes('admin'),
  cacheSeconds: 5,
  callerOnly: true,
  usersOnly: true,
  takesContext: false,
  holdsSecret: true,
} satisfies Required<PermissionHookObject>

export const jwksCache = {
  maxAge: 600,
  staleIfError: 86_400,
  timeout: 3,
  maxBytes: 262_144,
} satisfies Required<JwksCacheOptions>
export const tokenCache = { maxEntries: 100, maxBytes: 1_000_000, maxAge: 60 } satisfies Required<TokenCacheOptions>

const resourceMetadata = {
  resource: 'https://api.example.com/mcp',
  scopesSupported: ['book:read'],
  resourceName: 'Books',
} satisfies Required<ResourceMetadataOptions>

/** Every option of a guard of one application; `apps` is another form. */
export const every = {
  issuer: ['https://my-app.authing.cn/oidc'],
  appId: '5f17a529f64fb009b794a2ff',
  appSecret: secret,
  audience: ['https://api.example.com'],
  jwksUri: 'https://my-app.authing.cn/oidc/.well-known/jwks.json',
  jwks: { keys: [{ kty: 'RSA', n: '', e: 'AQAB', kid: 'a' }] },
  allowHttp: false,
  accept: ['id_token', 'access_token'],
  accessKeys: 'none',
  delegates: 'refuse',
  algorithms: ['RS256'],
  bearerPrefix: 'optional',
  credentials: 'optional',
  clockTolerance: 5,
  maxTokenAge: 86_400,
  userPool: { id: 'a', jwtSecret: [secret] },
  checkPermission: hook,
  isRevoked: async (_, { request, tokenDigest, signal }) =>
    request === undefined && !signal.aborted && (await tokenDigest()) === '',
  store: sharedStore(storeOptions),
  roles: 'claim',
  bareScopes: 'literal',
  jwksCache,
  tokenCache,
  introspection: introspection(introspectionOptions),
  realm: 'books',
  resourceMetadata,
  onEvent: ({ type }) => type,
  developmentLog: false,
  fetch,
  now: () => Date.now(),
} satisfies Required<Omit<OneApplication, 'apps'>>
export const options: GuardOptions = every

const ofOne = { ...introspectionOptions, opaque: true } satisfies Required<OneOfSeveralIntrospectionOptions>
const { issuer, appId, appSecret, audience, jwksUri, jwks, allowHttp } = every
export const several: GuardOptions = {
  apps: [{ issuer, appId, appSecret, audience, jwksUri, jwks, allowHttp, introspection: ofOne }],
  checkPermission: authingPermissions(permissionOptions),
}
export const alone: GuardOptions = {
  userPool: every.userPool,
  tokenCache: false,
  resourceMetadata: 'https://api.example.com/metadata',
}

export const webhookOptions = {
  secret: [secret],
  userPoolId: 'a',
  header: 'x-my-secret',
  singleProcess: true,
} satisfies Required<WebhookOptions>
export const receive = () => authingWebhook(createGuard(several), webhookOptions)

// A guard of one's own claims, and the options as an environment has them: perhaps undefined.
interface MyClaims {
  readonly email: string
}
export const typed: Guard<MyClaims> = createGuard<MyClaims>({ issuer, appId, appSecret: process.env['APP_SECRET'] })
export async function emailOf(token: string): Promise<string> {
  const { claims }: Identity<MyClaims> = await typed.require({ kind: 'user' }).verifyToken(token)
  return claims.email
}
