import { freezeDeep, type Json, own } from '../common/claims.js'
import { quote, Refusal } from '../common/errors.js'
import {
  delegateIdentity,
  type Identity,
  type IdentityFacts,
  machineIdentity,
  type TokenType,
  userIdentity,
} from '../common/identity.js'
import type { Application } from './application.js'
import { audienceOf, checkAudience, checkClient } from './audience.js'
import { type CheckedClaims, dataOf, wrong } from './checks.js'
import { tokenTypeOf } from './token-type.js'
import type { VerifiedToken } from './verify.js'

/** Which of the tokens that are genuine a guard lets in. */
export interface AdmissionSettings {
  readonly accept: ReadonlySet<TokenType>
  readonly accessKeys: 'any' | ReadonlySet<string>
  readonly allowDelegates: boolean
}

/**
 * Claims to identity: a user, a machine or a delegate.
 *
 * @throws {Refusal}
 */
export function admit(token: VerifiedToken, settings: AdmissionSettings): Identity {
  const { claims, application } = token
  if (application === undefined) return userOf(claims, factsOf(token, 'user_token', settings))
  const tokenType = tokenTypeOf(claims, token.isAccessToken)
  // Authing signs access tokens with RS256 in HS256 applications too: a secret is in more hands than a private key.
  if (tokenType === 'access_token' && token.algorithm === 'HS256') {
    throw new Refusal('wrong_algorithm', 'an access token under HS256')
  }
  const audience = audienceOf(claims, tokenType, application)
  const facts = factsOf(token, tokenType, settings)
  return tokenType === 'access_token'
    ? holderOf(claims, facts, audience === 'access_key', application, settings)
    : userOf(claims, facts)
}

/**
 * The reply about an opaque token to identity. To `accessKeys: 'any'` the application's own client alone is an access key:
 * whose the others are, no reply says.
 *
 * @throws {Refusal}
 */
export function admitOpaque(
  claims: CheckedClaims,
  application: Pick<Application, 'issuer' | 'appId' | 'audience'>,
  settings: AdmissionSettings,
): Identity {
  const { appId, audience } = application
  const { accessKeys, allowDelegates } = settings
  const named = accessKeys === 'any' ? [] : [...accessKeys]
  const client = checkClient(claims, [appId, ...named])
  checkAudience(claims, client === appId ? [...audience] : [client, ...audience])
  const facts = factsOf({ claims, application }, 'opaque', settings)
  const sub = own(claims, 'sub')
  const user = sub === client || sub === appId ? undefined : sub
  if (client === appId && user !== undefined) return userIdentity(facts, user)
  if (accessKeys !== 'any' && !accessKeys.has(client)) {
    throw new Refusal('not_admitted', 'the token has no user, and accessKeys does not name its client')
  }
  if (user === undefined) return machineIdentity(facts, client)
  if (!allowDelegates) throw new Refusal('not_admitted', 'an access key acts for a user, and delegates are refused')
  return delegateIdentity(facts, client, user)
}

type Issued = Pick<VerifiedToken, 'claims'> & {
  readonly application: Pick<Application, 'issuer' | 'appId'> | undefined
}

function factsOf({ claims, application }: Issued, tokenType: TokenType, { accept }: AdmissionSettings): IdentityFacts {
  if (!accept.has(tokenType)) throw new Refusal('not_admitted', `the accept option leaves out ${tokenType}`)
  const data = dataOf(claims)
  const sub = own(claims, 'sub')
  const id = own(data, 'id')
  if (sub !== undefined && id !== undefined && sub !== id) throw wrong('sub and data.id are two users')
  return {
    tokenType,
    issuer: application?.issuer,
    appId: application === undefined ? nonEmptyText(own(data, 'appId')) : application.appId,
    userPoolId:
      nonEmptyText(own(claims, 'userpool_id')) ??
      nonEmptyText(own(data, 'userPoolId')) ??
      nonEmptyText(own(data, 'clientId')),
    tenantId: nonEmptyText(own(claims, 'tenant_id')),
    scopes: tokenType === 'access_token' || tokenType === 'opaque' ? scopesOf(claims) : none,
    issuedAt: own(claims, 'iat'),
    expiresAt: claims.exp,
    claims: freezeDeep(claims),
  }
}

/** A user who signed in, by an id token or a `user.token`. */
function userOf(claims: CheckedClaims, facts: IdentityFacts): Identity {
  const userId = own(claims, 'sub') ?? nonEmptyText(own(dataOf(claims), 'id'))
  if (userId === undefined) throw wrong('neither sub nor data.id names a user')
  return userIdentity(facts, userId)
}

/**
 * Who holds an access token. A machine has no `sub`, or is its own (`aud`, `azp` or `client_id`); it is a stranger
 * until `accessKeys` names it. An access key with a user is a delegate, and needs `delegates: 'allow'` as well.
 */
function holderOf(
  claims: CheckedClaims,
  facts: IdentityFacts,
  isForAccessKey: boolean,
  { appId }: Application,
  { accessKeys, allowDelegates }: AdmissionSettings,
): Identity {
  const sub = own(claims, 'sub')
  const aud = own(claims, 'aud')
  const azp = own(claims, 'azp')
  const client = own(claims, 'client_id')
  const user = sub === aud || sub === azp || sub === client ? undefined : sub
  if (!isForAccessKey && user !== undefined) return userIdentity(facts, user)

  const clientId = isForAccessKey && typeof aud === 'string' ? aud : (client ?? azp ?? appId)
  if (accessKeys !== 'any' && !accessKeys.has(clientId)) {
    throw new Refusal('not_admitted', `aud ${quote(aud)}, azp ${quote(azp)}: no access key that accessKeys names`)
  }
  if (user === undefined) return machineIdentity(facts, clientId)
  if (!allowDelegates) throw new Refusal('not_admitted', `aud ${quote(aud)} acts for a user, and delegates are refused`)
  return delegateIdentity(facts, clientId, user)
}

const none: readonly string[] = Object.freeze([])

/** RFC 8693, 4.2: separated by spaces. */
function scopesOf(claims: CheckedClaims): readonly string[] {
  return Object.freeze((own(claims, 'scope') ?? '').split(' ').filter((scope) => scope !== ''))
}

function nonEmptyText(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
