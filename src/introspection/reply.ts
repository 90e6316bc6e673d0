import { type Claims, freezeDeep, type JsonObject, own } from '../common/claims.js'
import type { Identity } from '../common/identity.js'
import { Refusal, refuse } from '../common/refusal.js'
import type { Application } from '../token/application.js'
import { audienceFault, clientOf } from '../token/audience.js'
import { type CheckedClaims, checkClaims, type TimeSettings } from '../token/checks.js'

/** The issuer's reply about an active access token whose times are valid. Its audience is checked next. */
export type Reply = CheckedClaims

// As Authing has named them over the years, and RFC 6749, 7.1. A refresh token is active too, and opens nothing here.
const accessTypes: ReadonlySet<string> = new Set(['bearer', 'access_token', 'client_credentials'])

/**
 * A reply to what counts (RFC 7662, 2.2 and 4): everything but an active access token is a 401. `isProven` is whether the
 * token has verified here before it was asked about, as an access token: then `token_type` may be left out. Some issuers
 * leave it out for refresh tokens.
 */
export function readReply(
  reply: JsonObject,
  isProven: boolean,
  times: TimeSettings,
  now: () => number,
): Reply | Refusal {
  if (own(reply, 'active') !== true) return inactive
  if (!isAccessType(own(reply, 'token_type'), isProven)) return refuse('introspection_token_type').inReply()
  const checked = checkClaims(reply, now(), times)
  return checked instanceof Refusal ? checked.inReply() : freezeDeep(checked)
}

const inactive = refuse('introspection_inactive')

function isAccessType(type: unknown, isProven: boolean): boolean {
  if (type === undefined) return isProven
  return typeof type === 'string' && accessTypes.has(type.toLowerCase())
}

/**
 * Checks that a reply is about the token that proved this identity. `iss` is not compared: Authing's replies name only
 * the host, or another of its hosts.
 */
export function checkAbout(
  reply: Reply,
  identity: Identity,
  application: Pick<Application, 'appId' | 'audience'>,
): Identity | Refusal {
  const { claims, kind, clientId } = identity
  const clients = [application.appId, ...(clientId === undefined ? [] : [clientId])]
  const client = clientOf(reply, clients)
  if (client instanceof Refusal) return client
  const fault = audienceFault(reply, [...clients, ...application.audience])
  if (fault !== undefined) return fault
  const sub = own(reply, 'sub')
  const isItself = kind === 'machine' && sub !== undefined && clients.includes(sub)
  if (sub !== undefined && sub !== memberOf(claims, 'sub') && !isItself) return another('sub')
  const jti = own(reply, 'jti')
  if (jti !== undefined && jti !== memberOf(claims, 'jti')) return another('jti')
  return identity
}

function memberOf(claims: Claims, name: 'sub' | 'jti'): string | undefined {
  return Object.hasOwn(claims, name) ? claims[name] : undefined
}

function another(claim: 'sub' | 'jti'): Refusal {
  return refuse('introspection_other_token', { claim })
}
