import { introspection, introspectOpaque, revocation } from './introspection.js'
import { bearerToken, type Handler, json, oauthError, type Routes } from './route.js'
import { userOf } from './state.js'
import { profileClaims } from './user.js'

/** The user of an opaque token, in the form of `/oidc/me`. */
const me: Handler = (exchange) => {
  const { state, applications } = exchange
  const found = applications.map((one) => introspectOpaque(state, one, bearerToken(exchange))).find(Boolean)
  if (!found) return oauthError(401, 'invalid_token', 'invalid token provided')
  const { sub } = found
  return json(200, profileClaims(userOf(state, String(sub))))
}

/** Authing's OAuth 2.0 endpoints for opaque tokens. They correspond to the OIDC endpoints. */
export const oauthRoutes: Routes = {
  '/oauth/token/introspection': { POST: introspection(introspectOpaque) },
  '/oauth/token/revocation': { POST: revocation(introspectOpaque) },
  '/oauth/me': { GET: me, POST: me },
}
