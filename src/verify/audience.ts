import { own } from '../core/claims.js'
import { quote, Refusal } from '../core/errors.js'
import type { TokenType } from '../core/identity.js'
import type { Application } from './application.js'
import type { CheckedClaims } from './checks.js'

/** Whom a token is for: the application itself, or one of its programmatic access keys. */
export type Audience = 'application' | 'access_key'

/**
 * Id and user tokens are for the appId and nobody else. An access token is for the application's audience; or for one
 * access key of it, whose key is `aud` and whose `azp` is the appId (the reverse of OIDC's `azp`).
 */
export function audienceOf(claims: CheckedClaims, type: TokenType, { appId, audience }: Application): Audience {
  const aud = own(claims, 'aud')
  const azp = own(claims, 'azp')
  if (type !== 'access_token') {
    if (aud === appId || (typeof aud === 'object' && aud.length === 1 && aud[0] === appId)) return 'application'
    throw new Refusal('wrong_audience', `aud is ${quote(aud)}, expected ${quote(appId)}`)
  }
  const names = typeof aud === 'string' ? [aud] : (aud ?? [])
  if (names.some((name) => audience.has(name))) return 'application'
  if (typeof aud === 'string' && azp === appId && own(claims, 'scope') !== undefined) return 'access_key'
  throw new Refusal(
    'wrong_audience',
    `aud is ${quote(aud)}, azp ${quote(azp)}, expected ${[...audience].map(quote).join(' or ')}`,
  )
}
