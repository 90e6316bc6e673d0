import { Refusal } from '../core/errors.js'
import type { Given } from '../core/given.js'
import type { Identity } from '../core/identity.js'
import { after, type Step } from '../core/step.js'
import { type Decisions, unavailable } from './decisions.js'
import type { PermissionHook } from './permission.js'
import type { JsonRecord, RequirementCheck } from './requirement.js'
import { denyUnless, hasClaimedRole } from './rules.js'

/** What a guard can be asked to find out. */
export interface AccessSettings {
  readonly checkPermission: PermissionHook | undefined
  /** Where roles come from. */
  readonly roles: 'authing' | 'claim' | undefined
  /** Whether a bare scope means all of its resource in a token with a user as well. */
  readonly expandsBareScopes: boolean
  readonly decisions: Decisions
}

const longestResource = 256
// A wildcard would ask about everything; control characters are nobody's resource.
const oddResource = /[*\p{Cc}]/u

/** An action on a resource, which the hook must allow. */
export function permissionRule(given: Given, { checkPermission, decisions }: AccessSettings): RequirementCheck {
  const action = given.text('action', 'an action like "book:delete"')
  const namespace = namespaceOf(given)
  const resource = given.get('resource')
  const context = given.get('context')
  if (checkPermission === undefined) {
    throw given.wrong(
      'action',
      'needs the checkPermission option: authingPermissions() of authing-guard/permissions, or your own',
    )
  }
  if (context !== undefined && checkPermission.takesContext === false) {
    throw given.wrong('context', 'is something that this checkPermission cannot take into account')
  }
  const resourceOf = isFunction(resource) ? resource : always(checkResource(given, resource))
  const contextOf = isFunction(context) ? context : always(context)
  if (!isFunction(context) && context !== undefined && !isRecord(context))
    throw given.wrong('context', 'must be an object')
  return (identity, request) => {
    refuseMachine(identity, checkPermission)
    const question = {
      action,
      resource: computedResource(resourceOf, request),
      namespace,
      context: computedContext(contextOf, request),
    }
    const key = ['permission', action, question.resource, namespace ?? null, canonical(question.context)]
    const ask = (call: { readonly signal: AbortSignal }) => checkPermission(identity, question, call)
    const answer = decisions.decide(identity, key, checkPermission.remember ?? 0, ask)
    return after(answer, (allowed) => denyUnless(allowed, `checkPermission does not allow ${action} on this resource`))
  }
}

/** Roles, every one or any one, as the token says them or as the hook does. */
export function roleRule(given: Given, name: 'role' | 'anyRole', settings: AccessSettings): RequirementCheck {
  const roles = given.texts(name, 'the code of a role, or a list of them')
  const namespace = namespaceOf(given)
  const says = `the caller does not have the ${name} that the route requires`
  const { checkPermission, decisions } = settings
  if (settings.roles === 'claim') {
    if (namespace !== undefined) throw given.wrong('namespace', "cannot be told from the token's roles claim")
    return (identity) => {
      const has = (role: string) => hasClaimedRole(identity, role)
      denyUnless(name === 'role' ? roles.every(has) : roles.some(has), says)
    }
  }
  const hasRole = checkPermission?.hasRole
  if (settings.roles === undefined || checkPermission === undefined || hasRole === undefined) {
    throw given.wrong(
      name,
      "needs the guard's option roles: 'claim' (from the token), or 'authing' with checkPermission: authingPermissions()",
    )
  }
  return (identity): Step<void> => {
    refuseMachine(identity, checkPermission)
    const asked = roles.map((role) =>
      decisions.decide(identity, ['role', role, namespace ?? null], checkPermission.remember ?? 0, (call) =>
        hasRole(identity, { role, namespace }, call),
      ),
    )
    const judge = (answers: readonly boolean[]) =>
      denyUnless(name === 'role' ? answers.every(Boolean) : answers.some(Boolean), says)
    return asked.every((answer) => typeof answer === 'boolean') ? judge(asked) : Promise.all(asked).then(judge)
  }
}

function namespaceOf(given: Given): string | undefined {
  return given.has('namespace') ? given.text('namespace', 'the code of a namespace') : undefined
}

function refuseMachine({ kind }: Identity, { usersOnly }: PermissionHook): void {
  denyUnless(!(usersOnly === true && kind === 'machine'), 'a machine has no user to ask about')
}

function checkResource(given: Given, resource: unknown): string {
  if (resource === undefined) throw given.wrong('resource', 'is missing: an action is allowed on a resource')
  const text = given.text('resource', 'a resource like "book:1", or a function of the request')
  if (isOdd(text))
    throw given.wrong('resource', `must have at most ${longestResource} characters, and no * or control character`)
  return text
}

function computedResource(resourceOf: (request: unknown) => unknown, request: unknown): string {
  const resource = computed(resourceOf, request, 'resource')
  if (typeof resource === 'string' && resource !== '' && !isOdd(resource)) return resource
  throw new Refusal('permission_denied', 'the computed resource is empty, too long, or holds * or a control character')
}

function computedContext(contextOf: (request: unknown) => unknown, request: unknown): JsonRecord | undefined {
  const context = computed(contextOf, request, 'context')
  if (context === undefined || isRecord(context)) return context
  throw unavailable('the computed context is no object')
}

function computed(from: (request: unknown) => unknown, request: unknown, name: string): unknown {
  try {
    return from(request)
  } catch (cause) {
    throw unavailable(`the function for ${name} threw`, cause)
  }
}

function isOdd(resource: string): boolean {
  return resource.length > longestResource || oddResource.test(resource)
}

/** One text for equal contexts, whatever the order of their members. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (!isRecord(value)) return value ?? null
  return Object.keys(value)
    .sort()
    .map((name) => [name, canonical(value[name])])
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isFunction(value: unknown): value is (request: unknown) => unknown {
  return typeof value === 'function'
}

function always<T>(value: T): () => T {
  return () => value
}
