import { freezeDeep, type Json, own } from '../common/claims.js'
import { type Identity, type IdentityFacts, identityOf, type TokenType } from '../common/identity.js'
import { Refusal, refuse } from '../common/refusal.js'
import type { Application } from './application.js'
import { audienceFault, audienceOf, clientOf, namesOf } from './audience.js'
import { type CheckedClaims, dataOf } from './checks.js'
import { tokenTypeOf } from './token-type.js'
import type { VerifiedToken } from './verify.js'

/** Which genuine tokens a guard admits. */
export interface AdmissionSettings {
  readonly accept: ReadonlySet<TokenType>
  readonly accessKeys: 'any' | ReadonlySet<string>
  readonly allowDelegates: boolean
}

/** Makes the identity of a verified token: a user, a machine or a delegate. */
export function admit(token: VerifiedToken, settings: AdmissionSettings): Identity | Refusal {
  const { claims, application } = token
  if (application === undefined) return userOf(claims, factsOf(token, 'user_token', settings))
  const tokenType = tokenTypeOf(claims, token.isAccessToken)
  // Authing signs access tokens with RS256 in HS256 applications too: a secret is in more hands than a private key.
  if (tokenType === 'access_token' && token.algorithm === 'HS256') {
    return refuse('alg_of_access_token', { alg: token.algorithm })
  }
  const audience = audienceOf(claims, tokenType, application)
  if (audience instanceof Refusal) return audience
  const facts = factsOf(token, tokenType, settings)
  return tokenType === 'access_token'
    ? holderOf(claims, facts, audience === 'access_key', application, settings)
    : userOf(claims, facts)
}

/**
 * Makes the identity of an opaque token from the introspection reply about it. With `accessKeys: 'any'` only the
 * application's own client is an access key: a reply does not say which application another client belongs to.
 */
export function admitOpaque(
  claims: CheckedClaims,
  application: Pick<Application, 'issuer' | 'appId' | 'audience'>,
  settings: AdmissionSettings,
): Identity | Refusal {
  const { appId, audience } = application
  const { accessKeys, allowDelegates } = settings
  const named = accessKeys === 'any' ? [] : [...accessKeys]
  const client = clientOf(claims, [appId, ...named])
  if (client instanceof Refusal) return client
  const fault = audienceFault(claims, client === appId ? [...audience] : [client, ...audience])
  if (fault !== undefined) return fault
  const facts = factsOf({ claims, application }, 'opaque', settings)
  if (facts instanceof Refusal) return facts
  const sub = own(claims, 'sub')
  const user = sub === undefined || [client, appId, ...namesOf(claims)].includes(sub) ? undefined : sub
  if (client === appId && user !== undefined) return identityOf(facts, { kind: 'user', userId: user })
  if (accessKeys !== 'any' && !accessKeys.has(client)) return refuse('client_not_named')
  if (user === undefined) return identityOf(facts, { kind: 'machine', clientId: client })
  if (!allowDelegates) return refuse('client_for_user')
  return identityOf(facts, { kind: 'delegate', clientId: client, userId: user })
}

type Issued = Pick<VerifiedToken, 'claims'> & {
  readonly application: Pick<Application, 'issuer' | 'appId'> | undefined
}

function factsOf(
  { claims, application }: Issued,
  tokenType: TokenType,
  { accept }: AdmissionSettings,
): IdentityFacts | Refusal {
  if (!accept.has(tokenType)) return refuse('type_not_accepted', { tokenType })
  const data = dataOf(claims)
  const sub = own(claims, 'sub')
  const id = own(data, 'id')
  if (sub !== undefined && id !== undefined && sub !== id) return refuse('user_unclear')
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
function userOf(claims: CheckedClaims, facts: IdentityFacts | Refusal): Identity | Refusal {
  if (facts instanceof Refusal) return facts
  const userId = own(claims, 'sub') ?? nonEmptyText(own(dataOf(claims), 'id'))
  return userId === undefined ? refuse('user_missing') : identityOf(facts, { kind: 'user', userId })
}

/**
 * Who holds an access token. A machine has no `sub`, or its own name there (the appId, `azp`, `client_id`, or one in
 * `aud`), and must be named by `accessKeys`. An access key with a user is a delegate, and needs `delegates: 'allow'` too.
 */
function holderOf(
  claims: CheckedClaims,
  facts: IdentityFacts | Refusal,
  isForAccessKey: boolean,
  { appId }: Application,
  { accessKeys, allowDelegates }: AdmissionSettings,
): Identity | Refusal {
  if (facts instanceof Refusal) return facts
  const sub = own(claims, 'sub')
  const aud = own(claims, 'aud')
  const azp = own(claims, 'azp')
  const client = own(claims, 'client_id')
  const user = [appId, azp, client, ...namesOf(claims)].includes(sub) ? undefined : sub
  if (!isForAccessKey && user !== undefined) return identityOf(facts, { kind: 'user', userId: user })

  const ownName = user === undefined ? sub : undefined
  const clientId = isForAccessKey && typeof aud === 'string' ? aud : (client ?? azp ?? ownName ?? appId)
  if (accessKeys !== 'any' && !accessKeys.has(clientId)) return refuse('access_key_not_named', { aud, azp })
  if (user === undefined) return identityOf(facts, { kind: 'machine', clientId })
  return allowDelegates
    ? identityOf(facts, { kind: 'delegate', clientId, userId: user })
    : refuse('delegate_not_allowed', { aud })
}

const none: readonly string[] = Object.freeze([])

/** RFC 8693, 4.2: separated by spaces. */
function scopesOf(claims: CheckedClaims): readonly string[] {
  return Object.freeze((own(claims, 'scope') ?? '').split(' ').filter((scope) => scope !== ''))
}

function nonEmptyText(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
