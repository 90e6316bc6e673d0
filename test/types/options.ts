// Compiled, never run: the options take what users have at hand, and the claims may have a type.
import { generateKeyPairSync } from 'node:crypto'
import { createGuard, type Fetch, type GuardOptions, type Identity } from 'authing-guard'
import { authingGuard, identityOf, maybeIdentityOf } from 'authing-guard/express'
import { authingPermissions } from 'authing-guard/permissions'
import { ProxyAgent, fetch as undiciFetch } from 'undici'

const base = { issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' } as const

// FITS
// The platform's fetch, one with more in its init, and undici's own with a proxy.
const dispatcher = new ProxyAgent('http://127.0.0.1:3128')
export const fetches: readonly Fetch[] = [
  fetch,
  globalThis.fetch,
  (url, init) => fetch(url, { ...init, keepalive: true }),
  (url: string, init: RequestInit): Promise<Response> => fetch(url, init),
  (url, init) => undiciFetch(url, { ...init, dispatcher }),
  undiciFetch,
]
createGuard({ ...base, fetch: (url, init) => undiciFetch(url, { ...init, dispatcher }) })
authingPermissions({
  accessKeyId: 'a',
  accessKeySecret: 'b',
  model: 'acl',
  fetch: (url, init) => undiciFetch(url, { ...init, dispatcher }),
})

// Keys as node:crypto and the web's crypto export them, and as text has them.
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
createGuard({ ...base, jwks: { keys: [publicKey.export({ format: 'jwk' })] } })
export async function ofWebCrypto(key: CryptoKey): Promise<void> {
  createGuard({ ...base, jwks: { keys: [await crypto.subtle.exportKey('jwk', key)] } })
}
createGuard({ ...base, jwks: { keys: [{ kty: 'RSA', n: '', e: 'AQAB', kid: 'a' }] } })
createGuard({ ...base, jwks: JSON.parse('{}') })

// One example of each option.
export const every: GuardOptions = {
  issuer: [base.issuer],
  appId: base.appId,
  appSecret: undefined,
  audience: ['https://api.example.com'],
  jwksUri: 'https://my-app.authing.cn/oidc/.well-known/jwks.json',
  allowHttp: false,
  accept: ['id_token', 'access_token'],
  accessKeys: 'none',
  delegates: 'refuse',
  algorithms: ['RS256'],
  bearerPrefix: 'optional',
  credentials: 'optional',
  clockTolerance: 5,
  maxTokenAge: 86_400,
  checkPermission: { check: async (identity, { action }) => identity.kind === 'user' && action === 'read' },
  isRevoked: async (_, { request, tokenDigest, signal }) =>
    request === undefined && !signal.aborted && (await tokenDigest()) === '',
  roles: 'claim',
  bareScopes: 'literal',
  jwksCache: { maxAge: 600, staleIfError: 86_400, timeout: 3, maxBytes: 262_144 },
  tokenCache: { maxEntries: 100, maxBytes: 1_000_000, maxAge: 60 },
  realm: 'books',
  resourceMetadata: 'https://api.example.com/.well-known/oauth-protected-resource',
  onEvent: ({ type }) => type,
  now: () => Date.now(),
}

// The claims of one's own tokens.
interface MyClaims {
  readonly email: string
  readonly groups: readonly string[]
}
export function claimsOf(request: object): readonly string[] {
  const { claims } = identityOf<MyClaims>(request)
  const mine: Identity<MyClaims> = identityOf<MyClaims>(request)
  const expires: number = claims.exp
  return [
    claims.email,
    ...claims.groups,
    mine.claims.email,
    String(expires),
    maybeIdentityOf<MyClaims>(request)?.claims.email ?? '',
  ]
}
export const plain: Identity = identityOf({})
authingGuard(base, { getToken: (req) => req.headers.cookie, authorizationHeader: 'ignore' })

// DOES NOT COMPILE
// @ts-expect-error a claim that MyClaims does not have
identityOf<MyClaims>({}).claims.phone
// @ts-expect-error jose's key is one of keys, not the set
createGuard({ ...base, jwks: publicKey.export({ format: 'jwk' }) })
// @ts-expect-error what json() resolves with is no Response
createGuard({ ...base, fetch: async (url: string) => (await fetch(url)).json() as Promise<{ readonly keys: [] }> })
