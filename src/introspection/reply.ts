import { type Claims, freezeDeep, type JsonObject, own } from '../common/claims.js'
import { Refusal } from '../common/errors.js'
import type { Identity } from '../common/identity.js'
import type { Application } from '../token/application.js'
import { checkAudience, checkClient } from '../token/audience.js'
import { type CheckedClaims, checkPurpose, checkTypes, checkValidity, type TimeSettings } from '../token/checks.js'

/** What an issuer said of a token, where that is active, no refresh token, and in time. Whom it is for comes next. */
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
  try {
    checkTokenType(own(reply, 'token_type'), isProven)
    checkTypes(reply)
    checkPurpose(reply)
    const checked = checkValidity(reply, now(), times)
    return checked instanceof Refusal ? inReply(checked) : freezeDeep(checked)
  } catch (error) {
    if (error instanceof Refusal) return inReply(error)
    throw error
  }
}

/** Says where it is: a developer would look for it in the token. */
function inReply({ reason, detail }: Refusal): Refusal {
  return new Refusal(reason, `the introspection reply: ${detail}`)
}

const inactive = new Refusal('inactive_token', 'the issuer says that the token is not active')

function checkTokenType(type: unknown, isProven: boolean): void {
  if (type === undefined && isProven) return
  if (typeof type === 'string' && accessTypes.has(type.toLowerCase())) return
  throw new Refusal('not_admitted', 'token_type names no access token, and a refresh token opens nothing')
}

/**
 * Whether a reply is about the token that proved this identity. `iss` is not compared: Authing's replies name the host
 * alone, or another of its hosts.
 *
 * @throws {Refusal} 401 where it is not.
 */
export function checkAbout(
  reply: Reply,
  identity: Identity,
  application: Pick<Application, 'appId' | 'audience'>,
): void {
  const { claims, kind, clientId } = identity
  const clients = [application.appId, ...(clientId === undefined ? [] : [clientId])]
  checkClient(reply, clients)
  checkAudience(reply, [...clients, ...application.audience])
  const sub = own(reply, 'sub')
  const isItself = kind === 'machine' && sub !== undefined && clients.includes(sub)
  if (sub !== undefined && sub !== memberOf(claims, 'sub') && !isItself) throw another('sub')
  const jti = own(reply, 'jti')
  if (jti !== undefined && jti !== memberOf(claims, 'jti')) throw another('jti')
}

function memberOf(claims: Claims, name: 'sub' | 'jti'): string | undefined {
  return Object.hasOwn(claims, name) ? claims[name] : undefined
}

function another(name: string): Refusal {
  return new Refusal('wrong_claim', `${name} of the introspection reply is not the token's`)
}
