import type { Application } from './application.js'
import { introspectingClient, invalidClient, revokingClient } from './client.js'
import type { Json } from './jws.js'
import { provenAccessToken } from './proof.js'
import { type Answer, type Exchange, formOf, type Handler, json, oauthError } from './route.js'
import { nowInSeconds, type PoolState } from './state.js'

/** What introspection says of an active token, `sub` absent for a machine; undefined where it is not active. */
export type Look = (state: PoolState, application: Application, token: string) => Json | undefined

/** An access token that is a JWT. `iss` is the host alone, as in Authing's sample reply: not the `iss` of the token. */
export const lookAtJwt: Look = (state, application, token) => {
  const claims = provenAccessToken(state, application, token)
  if (!claims) return undefined
  const { sub, exp, iat, jti, scope } = claims
  return { sub, client_id: application.appId, exp, iat, iss: application.host, jti, scope }
}

/** An opaque OAuth 2.0 access token. */
export const lookAtOpaque: Look = (state, { appId, host }, token) => {
  const grant = state.opaqueTokens.get(token)
  const alive = grant?.appId === appId && grant.expiresAt > nowInSeconds(state) && !state.revokedTokens.has(token)
  if (!alive) return undefined
  const { userId, expiresAt, issuedAt, jti, scope } = grant
  return { sub: userId, client_id: appId, exp: expiresAt, iat: issuedAt, iss: `${host}/oauth`, jti, scope }
}

const noStore = { 'cache-control': 'no-store' }

const missingToken = (): Answer => oauthError(400, 'invalid_request', "missing required parameter 'token'")

/** `strict` asks for the user too: deleted, suspended, archived or resigned makes the token inactive. */
const standsStrictly = ({ state }: Exchange, form: URLSearchParams, { sub }: Json): boolean =>
  form.get('strict') !== 'true' || sub === undefined || state.users.get(String(sub))?.status === 'Activated'

/** RFC 7662; id tokens are never active here, whatever their signature (Authing: how-to-validate-user-token). */
export const introspection =
  (look: Look): Handler =>
  (exchange) => {
    const application = introspectingClient(exchange)
    if (!application) return invalidClient()
    const form = formOf(exchange)
    const token = form.get('token')
    if (!token) return missingToken()
    const found = look(exchange.state, application, token)
    if (!found || !standsStrictly(exchange, form, found)) return json(200, { active: false }, noStore)
    return json(200, { active: true, ...found, token_type: 'Bearer' }, noStore)
  }

/** RFC 7009: what is no token of this client is answered like one that is. */
export const revocation =
  (look: Look): Handler =>
  (exchange) => {
    const application = revokingClient(exchange)
    if (!application) return invalidClient()
    const token = formOf(exchange).get('token')
    if (!token) return missingToken()
    if (look(exchange.state, application, token)) exchange.state.revokedTokens.add(token)
    return json(200, {})
  }
