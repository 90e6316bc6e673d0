import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** The signature algorithms of id tokens; there is one client for each. */
export const idTokenAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256'] as const
export type IdTokenAlgorithm = (typeof idTokenAlgorithms)[number]

export const api = 'urn:the:api'
export const userId = 'user-1'
export const clientSecret = 'a client secret of some more than thirty-two bytes'
/** The resource whose access tokens are opaque. */
export const opaqueApi = 'urn:the:opaque:api'
/** The clients that ask about opaque tokens, by how each proves itself. */
export const introspectingAuths = ['client_secret_post', 'client_secret_basic', 'none'] as const
export type IntrospectingAuth = (typeof introspectingAuths)[number]
export const introspectingClient = (auth: IntrospectingAuth) => `client-${auth}`
const redirectUri = 'http://127.0.0.1/callback'

export interface OpenIdProvider {
  readonly issuer: string
  readonly jwksUri: string
  /** The client whose id tokens have that algorithm; its access tokens have it too, where it is no HS256's. */
  readonly clientOf: (algorithm: IdTokenAlgorithm) => string
  /** A user signs in, consents, and the client gets its tokens: an authorization-code flow, step by step. */
  readonly signIn: (clientId: string) => Promise<Tokens>
  /** The same for a client whose access tokens are opaque. */
  readonly signInOpaquely: (auth: IntrospectingAuth) => Promise<OpaqueTokens>
  /** The client takes one of its tokens back. */
  readonly revoke: (auth: IntrospectingAuth, token: string) => Promise<void>
  /** The client gets a token for itself. */
  readonly clientCredentials: (clientId: string) => Promise<string>
  readonly close: () => Promise<void>
}
export interface Tokens {
  readonly idToken: string
  readonly accessToken: string
}
export interface OpaqueTokens extends Tokens {
  readonly refreshToken: string
}

const clientOf = (algorithm: IdTokenAlgorithm) => `client-${algorithm}`
/** RFC 9068's access tokens are never signed with a secret. */
const accessTokenAlgorithm = (clientId: string) =>
  idTokenAlgorithms.find((algorithm) => algorithm !== 'HS256' && clientOf(algorithm) === clientId) ?? 'RS256'

const privateJwk = (key: KeyObject) => ({ ...key.export({ format: 'jwk' }), use: 'sig', kid: randomUUID() })

/** Starts `oidc-provider`, a certified OpenID provider that others wrote, on loopback. */
export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}/oidc`
  const provider = new Provider(issuer, configuration())
  const callback = provider.callback()

  server.on('request', async (request: IncomingMessage & { originalUrl?: string }, response) => {
    if (request.url?.startsWith('/oidc/')) {
      request.originalUrl = request.url
      request.url = request.url.slice('/oidc'.length)
      await callback(request, response)
      return
    }
    const { prompt, params, session } = await provider.interactionDetails(request, response)
    const finish = (result: object) =>
      provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
    if (prompt.name === 'login' || session === undefined) {
      await finish({ login: { accountId: userId } })
      return
    }
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id })
    grant.addOIDCScope('openid offline_access')
    for (const resource of [api, opaqueApi]) grant.addResourceScope(resource, 'book:read')
    await finish({ consent: { grantId: await grant.save() } })
  })

  const post = async (path: string, form: Record<string, string>, headers: Record<string, string> = {}) => {
    const response = await fetch(issuer + path, { method: 'POST', body: new URLSearchParams(form), headers })
    return response.text()
  }
  const token = async (form: Record<string, string>, headers?: Record<string, string>) => {
    const answer: unknown = JSON.parse(await post('/token', { resource: api, ...form }, headers))
    return (name: string) => member(answer, name)
  }
  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    clientOf,
    signIn: async (client_id) => {
      const code = await authorizationCode(issuer, client_id, api)
      const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
      const got = await token({ ...form, client_id, client_secret: clientSecret })
      return { idToken: got('id_token'), accessToken: got('access_token') }
    },
    signInOpaquely: async (auth) => {
      const code = await authorizationCode(issuer, introspectingClient(auth), opaqueApi)
      const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, resource: opaqueApi }
      const { credentials, headers } = proofOf(auth)
      const got = await token({ ...form, ...credentials }, headers)
      return { idToken: got('id_token'), accessToken: got('access_token'), refreshToken: got('refresh_token') }
    },
    revoke: async (auth, text) => {
      const { credentials, headers } = proofOf(auth)
      await post('/token/revocation', { token: text, ...credentials }, headers)
    },
    clientCredentials: async (client_id) => {
      const form = { grant_type: 'client_credentials', scope: 'book:read' }
      const got = await token({ ...form, client_id, client_secret: clientSecret })
      return got('access_token')
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** How a client proves itself to the provider. */
function proofOf(auth: IntrospectingAuth): { credentials: Record<string, string>; headers: Record<string, string> } {
  const client_id = introspectingClient(auth)
  if (auth === 'none') return { credentials: { client_id }, headers: {} }
  if (auth === 'client_secret_post') return { credentials: { client_id, client_secret: clientSecret }, headers: {} }
  const pair = `${encodeURIComponent(client_id)}:${encodeURIComponent(clientSecret)}`
  return { credentials: {}, headers: { authorization: `Basic ${btoa(pair)}` } }
}

/** A browser that follows the redirects of a sign-in with its cookies, until the client's own address comes. */
async function authorizationCode(issuer: string, client_id: string, resource: string): Promise<string> {
  const scope = 'openid book:read offline_access'
  const place = { client_id, redirect_uri: redirectUri, resource }
  const query = { ...place, response_type: 'code', scope, nonce: 'n-1', prompt: 'consent' }
  const cookies = new Map<string, string>()
  let url = `${issuer}/auth?${new URLSearchParams(query)}`
  while (!url.startsWith(redirectUri)) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`${url} answers ${response.status} and leads nowhere`)
    url = new URL(location, url).href
  }
  const code = new URL(url).searchParams.get('code')
  if (code === null) throw new Error(`no code: ${url}`)
  return code
}

function member(answer: unknown, name: string): string {
  const value = typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined
  if (typeof value === 'string') return value
  throw new Error(`the token endpoint gives no ${name}: ${JSON.stringify(answer)}`)
}

function configuration(): object {
  const clients = idTokenAlgorithms.map((algorithm) => ({
    client_id: clientOf(algorithm),
    client_secret: clientSecret,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'client_credentials'],
    response_types: ['code'],
    id_token_signed_response_alg: algorithm,
    token_endpoint_auth_method: 'client_secret_post',
  }))
  const introspecting = introspectingAuths.map((auth) => ({
    client_id: introspectingClient(auth),
    ...(auth === 'none' ? {} : { client_secret: clientSecret }),
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: auth,
  }))
  const getResourceServerInfo = (_: unknown, audience: string, { clientId }: { readonly clientId: string }) => ({
    scope: 'book:read',
    audience,
    accessTokenTTL: 600,
    accessTokenFormat: audience === opaqueApi ? 'opaque' : 'jwt',
    jwt: { sign: { alg: accessTokenAlgorithm(clientId) } },
  })
  return {
    clients: [...clients, ...introspecting],
    // None says alg: the RSA key signs RS256 and PS256.
    jwks: {
      keys: [
        privateJwk(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
        privateJwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
        privateJwk(generateKeyPairSync('ed25519').privateKey),
      ],
    },
    enabledJWA: { idTokenSigningAlgValues: idTokenAlgorithms },
    cookies: { keys: ['a key for cookies'] },
    pkce: { required: () => false },
    claims: { openid: ['sub'] },
    findAccount: async (_: unknown, accountId: string) => ({ accountId, claims: async () => ({ sub: accountId }) }),
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      ClientCredentials: 600,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      RefreshToken: 600,
      Session: 600,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: { enabled: true, useGrantedResource: () => true, getResourceServerInfo },
    },
    interactions: { url: (_: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
  }
}
