import { algorithms } from './algorithm.js'
import { jwksOf } from './application.js'
import { accessKeyClient, invalidClient, namedApplication, publicClient } from './client.js'
import { introspection, introspectOidc, introspectRefreshToken, revocation } from './introspection.js'
import { mintToken } from './mint.js'
import { provenAccessToken } from './proof.js'
import { type Answer, bearerToken, type Exchange, formOf, json, oauthError, type Routes } from './route.js'
import type { AccessKey } from './settings.js'
import { userOf } from './state.js'
import { issueTokens } from './token-set.js'
import { grantedClaims, profileClaims } from './user.js'

const clientAuthentications = ['client_secret_post', 'client_secret_basic', 'none']

/** OpenID Connect Discovery 1.0 section 3, with the members that Authing's SDK reads. */
const discovery = ({ state, applications: [application] }: Exchange): Answer => {
  const { issuer, jwksUri } = application
  return json(200, {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/me`,
    jwks_uri: jwksUri,
    scopes_supported: ['openid', 'profile', 'email', 'phone', 'address', 'offline_access'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'none'],
    response_modes_supported: ['form_post', 'fragment', 'query'],
    grant_types_supported: ['client_credentials', 'refresh_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: algorithms,
    token_endpoint_auth_methods_supported: clientAuthentications,
    introspection_endpoint: `${issuer}/token/introspection`,
    introspection_endpoint_auth_methods_supported: clientAuthentications,
    revocation_endpoint: `${issuer}/token/revocation`,
    revocation_endpoint_auth_methods_supported: clientAuthentications,
    end_session_endpoint: `${issuer}/session/end`,
    claims_supported: Object.keys(profileClaims(userOf(state))),
    code_challenge_methods_supported: ['plain', 'S256'],
  })
}

const jwks = ({ applications: [application] }: Exchange): Answer => json(200, jwksOf(application))

const isGranted = ({ scopes }: AccessKey, scope: string): boolean => !scopes || scopes.includes(scope)

/** The token of an access key. Scopes that it may not have are dropped and listed, not an error (Authing: m2m-authz). */
const clientCredentials = (exchange: Exchange): Answer => {
  const key = accessKeyClient(exchange)
  if (!key) return invalidClient()
  const asked = formOf(exchange).get('scope')
  const items = asked === null ? (key.scopes ?? []) : asked.split(' ').filter(Boolean)
  const scope = items.filter((item) => isGranted(key, item)).join(' ')
  const rejected = items.filter((item) => !isGranted(key, item)).join(' ')
  const [{ appId }] = exchange.applications
  const { accessKeyId } = key
  const access_token = mintToken(exchange.state, { type: 'machine', appId, accessKeyId, scope, expiresIn: 3600 })
  const reply = { access_token, token_type: 'Bearer', expires_in: 3600, scope }
  return json(200, rejected ? { ...reply, rejected_scope: rejected } : reply, { 'cache-control': 'no-store' })
}

/**
 * A refresh token counts once; the answer has the next one. Whether Authing too ends the old one is not documented. The
 * SDK for mini programs names its application in a header alone (packages/miniapp/src/Authing.ts, `refreshToken`).
 */
const refresh = (exchange: Exchange): Answer => {
  const { state } = exchange
  const application = publicClient(exchange) ?? namedApplication(exchange)
  if (!application) return invalidClient()
  const given = formOf(exchange).get('refresh_token') ?? ''
  const found = introspectRefreshToken(state, application, given)
  if (!found) return oauthError(400, 'invalid_grant', 'grant request is invalid')
  state.refreshTokens.delete(given)
  const { sub, scope } = found
  return json(200, issueTokens(state, application, String(sub), String(scope)), { 'cache-control': 'no-store' })
}

const token = (exchange: Exchange): Answer => {
  const grantType = formOf(exchange).get('grant_type')
  if (grantType === 'client_credentials') return clientCredentials(exchange)
  if (grantType === 'refresh_token') return refresh(exchange)
  if (!grantType) return oauthError(400, 'invalid_request', "missing required parameter 'grant_type'")
  return oauthError(
    400,
    'unsupported_grant_type',
    'the local user pool supports client_credentials and refresh_token only; use mint for other tokens',
  )
}

/** OpenID Connect Core 1.0 section 5.3: the profile of the user of an access token. */
const userInfo = (exchange: Exchange): Answer => {
  const { state, applications } = exchange
  const token = bearerToken(exchange)
  const { sub, scope } = applications.map((one) => provenAccessToken(state, one, token)).find(Boolean) ?? {}
  const scopes = typeof scope === 'string' ? scope.split(' ') : []
  if (typeof sub === 'string') {
    // As node-oidc-provider has it, which Authing's endpoints look like; Authing's own answer is not documented.
    if (!scopes.includes('openid')) return oauthError(403, 'insufficient_scope', 'access token missing openid scope')
    return json(200, grantedClaims(userOf(state, sub), scopes))
  }
  return oauthError(401, 'invalid_token', 'invalid token provided', {
    'www-authenticate': 'Bearer realm="authing", error="invalid_token"',
  })
}

export const oidcRoutes: Routes = {
  '/oidc/.well-known/openid-configuration': { GET: discovery },
  '/oidc/.well-known/jwks.json': { GET: jwks },
  '/oidc/token': { POST: token },
  '/oidc/token/introspection': { POST: introspection(introspectOidc) },
  '/oidc/token/revocation': { POST: revocation(introspectOidc) },
  '/oidc/me': { GET: userInfo, POST: userInfo },
}
