import { introspection, lookAtOpaque, revocation } from './introspection.js'
import { bearerToken, type Handler, json, oauthError, type Routes } from './route.js'
import { userOf } from './state.js'
import { profileClaims } from './user.js'

/** The user of an opaque token, as `/oidc/me` words it. */
const me: Handler = (exchange) => {
  const { state, applications } = exchange
  const found = applications.map((one) => lookAtOpaque(state, one, bearerToken(exchange))).find(Boolean)
  if (!found) return oauthError(401, 'invalid_token', 'invalid token provided')
  const { sub } = found
  return json(200, profileClaims(userOf(state, String(sub))))
}

/** Authing's OAuth 2.0 twins of the OIDC endpoints, for opaque tokens. */
export const oauthRoutes: Routes = {
  '/oauth/token/introspection': { POST: introspection(lookAtOpaque) },
  '/oauth/token/revocation': { POST: revocation(lookAtOpaque) },
  '/oauth/me': { GET: me, POST: me },
}
