import { own } from '../common/claims.js'
import { quote, Refusal } from '../common/errors.js'
import type { TokenType } from '../common/identity.js'
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

/** The client that the token was issued to, which must be one of these (RFC 7662, 4). @throws {Refusal} */
export function checkClient(reply: CheckedClaims, clients: readonly string[]): string {
  const client = own(reply, 'client_id')
  if (client !== undefined && clients.includes(client)) return client
  const found = client === undefined ? 'nobody' : 'another client'
  throw new Refusal('wrong_audience', `client_id is ${found}, expected ${clients.map(quote).join(' or ')}`)
}

/** The token is for one of these, where the reply says whom it is for; Authing's never do. */
export function checkAudience(reply: CheckedClaims, names: readonly string[]): void {
  const aud = own(reply, 'aud')
  const found = typeof aud === 'string' ? [aud] : aud
  if (found === undefined || found.some((name) => names.includes(name))) return
  throw new Refusal('wrong_audience', `aud is ${quote(aud)}, expected ${names.map(quote).join(' or ')}`)
}
