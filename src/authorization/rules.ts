import { callHook } from '../common/call-hook.js'
import { isObject, type Json, own } from '../common/claims.js'
import { Refusal } from '../common/errors.js'
import type { Identity, TokenType } from '../common/identity.js'
import { chain, type MaybePromise } from '../common/maybe-promise.js'
import type { OptionReader } from '../common/option-reader.js'
import { memo } from './memo.js'
import { oneOf, type RequirementCheck } from './requirement.js'
import { covers, isReserved, parseScope, parseScopes, type Scope } from './scope.js'

// RFC 6749, 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). It goes into a header.
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** Every one of the scopes, or any one of them. */
export function scopeRule(given: OptionReader, name: 'scope' | 'anyScope', expandsBare: boolean): RequirementCheck {
  const texts = given.texts(name, 'a scope like "book:read", or a list of them')
  if (!texts.every((text) => scopeToken.test(text))) {
    throw given.invalid(name, 'must be one scope, or a list with one scope each (RFC 6749, 3.3)')
  }
  const needed = texts.map(parseScope)
  const odd = needed.find(isReserved)
  if (odd !== undefined)
    throw given.invalid(name, `holds ${odd.text}, and its resource is a name that Authing reserves`)
  if (leavesOut(given, accessTokens)) {
    throw given.invalid('accept', 'leaves out access_token and opaque, and no other token grants a scope')
  }
  const scope = texts.join(' ')
  return (identity) => {
    const { scopes, kind, tokenType } = identity
    const isGranted = (one: Scope) =>
      scopes.includes(one.text) || covers(scopesOf(identity), one, expandsBare || kind === 'machine')
    if (name === 'scope' ? needed.every(isGranted) : needed.some(isGranted)) return
    const why = accessTokens.includes(tokenType) ? 'the token does not grant it' : `${named(tokenType)} grants no scope`
    throw new Refusal('insufficient_scope', `the route requires ${name} "${scope}": ${why}`, { scope })
  }
}

const scopesOf = memo((identity) => parseScopes(identity.scopes))

function named(type: TokenType): string {
  return type === 'user_token' ? 'a user_token' : `an ${type === 'opaque' ? 'opaque token' : type}`
}

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
    rules.push(({ kind }) => denyUnless(kinds.includes(kind), `the route is for ${kinds.join(' or ')}`))
  }
  if (given.has('accept')) {
    const types: readonly TokenType[] = oneOf(given, 'accept', ['id_token', 'access_token', 'user_token', 'opaque'])
    rules.push(({ tokenType }) => {
      if (types.includes(tokenType)) return
      throw new Refusal('not_admitted', `the route accepts ${types.join(' or ')}, the token is ${named(tokenType)}`)
    })
  }
  if (given.has('appId')) {
    const ids = given.texts('appId', 'an App ID, or a list of them')
    rules.push(({ appId }) =>
      denyUnless(appId !== undefined && ids.includes(appId), 'the route is for other applications'),
    )
  }
  if (given.has('tenantId')) {
    const ids = given.texts('tenantId', "a tenant's ID, or a list of them")
    rules.push(({ tenantId }) =>
      denyUnless(tenantId !== undefined && ids.includes(tenantId), 'the route is for other tenants'),
    )
  }
  return rules
}

/** Asks the issuer whether a token is still active. */
export interface IntrospectionCheck {
  /** Whether there is an endpoint to ask about the tokens of each application. */
  readonly isComplete: boolean
  /** @throws {Refusal} where it is not active, or that is not to be found out. */
  check(identity: Identity): MaybePromise<void>
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

/** A rule of the user's own: anything but true and false is an outage, as is silence. */
export function ownRule(given: OptionReader): RequirementCheck {
  const rule = given.requiredFunction('when')
  return (identity, request) =>
    chain(
      callHook('when', 'permission_unavailable', () => rule(identity, request)),
      (allowed) => denyUnless(allowed, 'the rule `when` says no'),
    )
}

/** Roles as the token's `roles` claim has them: as old as the token. */
export function hasClaimedRole({ claims }: Identity, role: string): boolean {
  const roles = Object.hasOwn(claims, 'roles') ? claims['roles'] : undefined
  if (!Array.isArray(roles)) return false
  return roles.some((entry: Json) => entry === role || (isObject(entry) && own(entry, 'code') === role))
}

export function denyUnless(allowed: boolean, detail: string): void {
  if (!allowed) throw new Refusal('permission_denied', detail)
}

/** All of the checks, one after the other, in place as far as they are. At least one. */
export function allOf(checks: readonly RequirementCheck[]): RequirementCheck {
  return checks.reduce(
    (before, next) =>
      (identity, request): MaybePromise<void> =>
        chain(before(identity, request), () => next(identity, request)),
  )
}
