import type { Application } from './application.js'
import { introspectingClient, invalidClient, publicClient } from './client.js'
import type { Json } from './jws.js'
import { provenAccessToken } from './proof.js'
import { type Answer, type Exchange, formOf, type Handler, json, oauthError } from './route.js'
import { nowInSeconds, type OpaqueGrant, type PoolState } from './state.js'

/** The introspection reply for an active token, without `sub` for a machine; undefined if it is not active. */
export type Introspect = (state: PoolState, application: Application, token: string) => Json | undefined

/** `iss` is the host only, as in Authing's sample reply, not the `iss` of the token. */
const introspectJwt: Introspect = (state, application, token) => {
  const claims = provenAccessToken(state, application, token)
  if (!claims) return undefined
  const { sub, exp, iat, jti, scope } = claims
  return { sub, client_id: application.appId, exp, iat, iss: application.host, jti, scope, token_type: 'Bearer' }
}

const introspectGrant = (
  state: PoolState,
  { appId }: Application,
  token: string,
  grant: OpaqueGrant | undefined,
  iss: string,
): Json | undefined => {
  const isActive = grant?.appId === appId && grant.expiresAt > nowInSeconds(state) && !state.revokedTokens.has(token)
  if (!isActive) return undefined
  const { userId, expiresAt, issuedAt, jti, scope } = grant
  return { sub: userId, client_id: appId, exp: expiresAt, iat: issuedAt, iss, jti, scope }
}

/** For an opaque OAuth 2.0 access token. */
export const introspectOpaque: Introspect = (state, application, token) => {
  const grant = state.opaqueTokens.get(token)
  const found = introspectGrant(state, application, token, grant, `${application.host}/oauth`)
  return found && { ...found, token_type: 'Bearer' }
}

/** Without `token_type`, as node-oidc-provider answers. What Authing answers there is not documented. */
export const introspectRefreshToken: Introspect = (state, application, token) =>
  introspectGrant(state, application, token, state.refreshTokens.get(token), application.host)

/** For an access token that is a JWT, or a refresh token (Authing: how-to-validate-user-token). */
export const introspectOidc: Introspect = (state, application, token) =>
  introspectJwt(state, application, token) ?? introspectRefreshToken(state, application, token)

const noStore = { 'cache-control': 'no-store' }

const missingToken = (): Answer => oauthError(400, 'invalid_request', "missing required parameter 'token'")

/** `strict` also checks the user: the token of a deleted, suspended, archived or resigned user is inactive. */
const passesStrict = ({ state }: Exchange, form: URLSearchParams, { sub }: Json): boolean =>
  form.get('strict') !== 'true' || sub === undefined || state.users.get(String(sub))?.status === 'Activated'

/** RFC 7662. Id tokens are never active here, even with a valid signature (Authing: how-to-validate-user-token). */
export const introspection =
  (introspect: Introspect): Handler =>
  (exchange) => {
    const application = introspectingClient(exchange)
    if (!application) return invalidClient()
    const form = formOf(exchange)
    const token = form.get('token')
    if (!token) return missingToken()
    const found = introspect(exchange.state, application, token)
    if (!found || !passesStrict(exchange, form, found)) return json(200, { active: false }, noStore)
    return json(200, { active: true, ...found }, noStore)
  }

/** RFC 7009: the answer is the same for a token that is not of this client. */
export const revocation =
  (introspect: Introspect): Handler =>
  (exchange) => {
    const application = publicClient(exchange)
    if (!application) return invalidClient()
    const token = formOf(exchange).get('token')
    if (!token) return missingToken()
    if (introspect(exchange.state, application, token)) exchange.state.revokedTokens.add(token)
    return json(200, {})
  }
