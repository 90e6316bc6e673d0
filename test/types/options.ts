// Compiled, never run: the options take what users have at hand, and the claims may have a type.
import { generateKeyPairSync } from 'node:crypto'
import { type Caller, createGuard, type Fetch, type Guard, type Identity } from 'authing-guard'
import { authingGuard, type ExpressGuard, identityOf, maybeIdentityOf } from 'authing-guard/express'
import { withIdentity } from 'authing-guard/fetch'
import { forwardAuth } from 'authing-guard/forward-auth'
import { type KoaGuard, authingGuard as koaGuard } from 'authing-guard/koa'
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
const typed: Guard<MyClaims> = createGuard<MyClaims>(base)
export const anonymous: Guard<Caller> = createGuard({ ...base, credentials: 'optional' })
export const typedHandler = withIdentity(typed, (_, { claims }) => new Response(claims.email))
export const strictHandler = withIdentity(
  typed.require({ kind: 'user' }),
  (_, { claims }) => new Response(claims.email),
)
export const optionalHandler = withIdentity(
  createGuard<MyClaims>({ ...base, credentials: 'optional' }),
  (_, identity) => new Response(identity?.claims.email),
)
export const typedExpress: ExpressGuard<Identity<MyClaims>> = authingGuard(typed)
export const typedKoa: KoaGuard<Identity<MyClaims>> = koaGuard(typed).require({ kind: 'user' })
export const proxied = forwardAuth({ '/auth': typed, '/any': anonymous, '/strict': typedExpress })
export async function mayRead(request: object): Promise<void> {
  await typed.authorize(identityOf<MyClaims>(request), { kind: 'user' })
}
authingGuard(base, { getToken: (req) => req.headers.cookie, authorizationHeader: 'ignore' })

// DOES NOT COMPILE
// @ts-expect-error a claim that MyClaims does not have
identityOf<MyClaims>({}).claims.phone
withIdentity(typed, (_, { claims }) => {
  // @ts-expect-error the same, in a handler
  return new Response(claims.phone)
})
withIdentity(createGuard<MyClaims>({ ...base, credentials: 'optional' }), (_, identity) => {
  // @ts-expect-error an anonymous caller has no claims
  return new Response(identity.claims.email)
})
// @ts-expect-error jose's key is one of keys, not the set
createGuard({ ...base, jwks: publicKey.export({ format: 'jwk' }) })
// @ts-expect-error what json() resolves with is no Response
createGuard({ ...base, fetch: async (url: string) => (await fetch(url)).json() as Promise<{ readonly keys: [] }> })
