import { callHook } from '../common/call-hook.js'
import { isObject, type Json, own } from '../common/claims.js'
import type { Identity, TokenType } from '../common/identity.js'
import { chainUnlessRefused, type MaybePromise } from '../common/maybe-promise.js'
import type { OptionReader } from '../common/option-reader.js'
import { type Refusal, refuse } from '../common/refusal.js'
import { memo } from './memo.js'
import { oneOf, type RequirementCheck } from './requirement.js'
import { covers, isReserved, parseScope, parseScopes, type Scope } from './scope.js'

// RFC 6749, 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). It goes into a header.
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** Every one of the scopes, or any one of them. */
export function scopeRule(given: OptionReader, field: 'scope' | 'anyScope', expandsBare: boolean): RequirementCheck {
  const texts = given.texts(field, 'a scope like "book:read", or a list of them')
  if (!texts.every((text) => scopeToken.test(text))) {
    throw given.invalid(field, 'must be one scope, or a list with one scope each (RFC 6749, 3.3)')
  }
  const needed = texts.map(parseScope)
  const odd = needed.find(isReserved)
  if (odd !== undefined)
    throw given.invalid(field, `holds ${odd.text}, and its resource is a name that Authing reserves`)
  if (leavesOut(given, accessTokens)) {
    throw given.invalid('accept', 'leaves out access_token and opaque, and no other token grants a scope')
  }
  const scope = texts.join(' ')
  return (identity) => {
    const { scopes, kind, tokenType } = identity
    const isGranted = (one: Scope) =>
      scopes.includes(one.text) || covers(scopesOf(identity), one, expandsBare || kind === 'machine')
    if (field === 'scope' ? needed.every(isGranted) : needed.some(isGranted)) return identity
    if (accessTokens.includes(tokenType)) return refuse('scope_not_granted', { field, scope }, { scope })
    return refuse('scope_of_other_type', { field, scope, tokenType }, { scope })
  }
}

const scopesOf = memo((identity) => parseScopes(identity.scopes))

const accessTokens: readonly string[] = ['access_token', 'opaque'] satisfies readonly TokenType[]

/** Whether `accept` names none of these. */
function leavesOut(given: OptionReader, types: readonly string[]): boolean {
  return given.has('accept') && !given.texts('accept', 'kinds of token').some((type) => types.includes(type))
}

/** Fields of the identity that must be among those named. */
export function memberRules(given: OptionReader): readonly RequirementCheck[] {
  const rules: RequirementCheck[] = []
  if (given.has('kind')) {
    const kinds = oneOf(given, 'kind', ['user', 'machine', 'delegate'])
    rules.push((identity) => (kinds.includes(identity.kind) ? identity : refuse('kind_not_of_route', { kinds })))
  }
  if (given.has('accept')) {
    const accept: readonly TokenType[] = oneOf(given, 'accept', ['id_token', 'access_token', 'user_token', 'opaque'])
    rules.push((identity) => {
      const { tokenType } = identity
      return accept.includes(tokenType) ? identity : refuse('type_not_of_route', { accept, tokenType })
    })
  }
  if (given.has('appId')) {
    const ids = given.texts('appId', 'an App ID, or a list of them')
    rules.push((identity) => (isOneOf(identity.appId, ids) ? identity : refuse('application_not_of_route')))
  }
  if (given.has('tenantId')) {
    const ids = given.texts('tenantId', "a tenant's ID, or a list of them")
    rules.push((identity) => (isOneOf(identity.tenantId, ids) ? identity : refuse('tenant_not_of_route')))
  }
  return rules
}

function isOneOf(id: string | undefined, ids: readonly string[]): boolean {
  return id !== undefined && ids.includes(id)
}

/** Asks the issuer whether a token is still active. */
export interface IntrospectionCheck {
  /** Whether there is an endpoint to ask about the tokens of each application. */
  readonly isComplete: boolean
  /** Answers with the identity if the token is active. */
  check(identity: Identity): MaybePromise<Identity | Refusal>
}

/** The issuer still calls the token active. */
export function introspectionRule(
  given: OptionReader,
  introspection: IntrospectionCheck | undefined,
): RequirementCheck {
  given.choice('introspection', [true])
  if (introspection === undefined) {
    throw given.invalid(
      'introspection',
      "needs the guard's option introspection: introspection({ clientSecret }) of authing-guard/introspection",
    )
  }
  if (!introspection.isComplete)
    throw given.invalid('introspection', 'needs introspection: { clientSecret } of each application in apps')
  if (leavesOut(given, accessTokens)) {
    throw given.invalid(
      'accept',
      'leaves out access_token and opaque, and about no other token can the issuer be asked',
    )
  }
  return (identity) => introspection.check(identity)
}

/** The user's own rule. Anything but true and false is an outage, and so is a timeout. */
export function ownRule(given: OptionReader): RequirementCheck {
  const rule = given.requiredFunction('when')
  return (identity, request) =>
    chainUnlessRefused(
      callHook('when', () => rule(identity, request)),
      (isAllowed) => (isAllowed ? identity : refuse('when_denied')),
    )
}

/** Roles as the token's `roles` claim has them: as old as the token. */
export function hasClaimedRole({ claims }: Identity, role: string): boolean {
  const roles = Object.hasOwn(claims, 'roles') ? claims['roles'] : undefined
  if (!Array.isArray(roles)) return false
  return roles.some((entry: Json) => entry === role || (isObject(entry) && own(entry, 'code') === role))
}

/** Runs the checks one after the other. There is at least one. */
export function allOf(checks: readonly RequirementCheck[]): RequirementCheck {
  return checks.reduce(
    (before, next) => (identity, request) =>
      chainUnlessRefused(before(identity, request), () => next(identity, request)),
  )
}
