import { own } from '../common/claims.js'
import type { TokenType } from '../common/identity.js'
import { type Refusal, refuse } from '../common/refusal.js'
import type { Application } from './application.js'
import type { CheckedClaims } from './checks.js'

/** A token is for the application itself, or for one of its programmatic access keys. */
export type Audience = 'application' | 'access_key'

/**
 * Checks who a token is for. Id and user tokens must be for the appId alone. An access token is for the application's
 * audience, or for one of its access keys: then `aud` is the key and `azp` the appId (the reverse of OIDC's `azp`).
 */
export function audienceOf(
  claims: CheckedClaims,
  type: TokenType,
  { appId, audience }: Application,
): Audience | Refusal {
  const aud = own(claims, 'aud')
  const azp = own(claims, 'azp')
  if (type !== 'access_token') {
    const names = namesOf(claims)
    if (!names.includes(appId)) return refuse('aud_other', { aud, expected: [appId] })
    return names.length === 1 ? 'application' : refuse('aud_not_alone', { aud, tokenType: type, expected: [appId] })
  }
  if (namesOf(claims).some((name) => audience.has(name))) return 'application'
  if (typeof aud === 'string' && azp === appId && own(claims, 'scope') !== undefined) return 'access_key'
  return refuse('aud_of_access_token', { aud, azp, expected: [...audience] })
}

/** All that a token is for. */
export function namesOf(claims: CheckedClaims): readonly string[] {
  const aud = own(claims, 'aud')
  return typeof aud === 'string' ? [aud] : (aud ?? [])
}

/** The client that the token was issued to, which must be one of these (RFC 7662, 4). */
export function clientOf(reply: CheckedClaims, clients: readonly string[]): string | Refusal {
  const client = own(reply, 'client_id')
  if (client !== undefined && clients.includes(client)) return client
  return refuse('client_other', { client: client === undefined ? 'missing' : 'another client', expected: clients })
}

/** The token must be for one of these, if the reply has an `aud`; Authing's have none. */
export function audienceFault(reply: CheckedClaims, expected: readonly string[]): Refusal | undefined {
  const aud = own(reply, 'aud')
  const found = typeof aud === 'string' ? [aud] : aud
  if (found === undefined || found.some((name) => expected.includes(name))) return undefined
  return refuse('aud_other', { aud, expected })
}
