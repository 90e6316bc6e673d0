import { freezeDeep, isObject, type Json, type JsonObject, own } from '../common/claims.js'
import type { Identity } from '../common/identity.js'
import { chainUnlessRefused } from '../common/maybe-promise.js'
import type { OptionReader } from '../common/option-reader.js'
import { text, texts } from '../common/options.js'
import { Refusal, refuse } from '../common/refusal.js'
import type { GuardIntrospection } from '../introspection/contract.js'
import { contextOf, resourceOf } from './computed.js'
import type { Decisions, Question } from './decisions.js'
import type { PermissionHookSettings } from './permission-hook.js'
import type { RequirementCheck } from './requirement.js'

/** How a guard finds out what a caller may do. */
export interface AccessSettings {
  readonly checkPermission: PermissionHookSettings | undefined
  /** Where roles come from. */
  readonly roles: 'authing' | 'claim' | undefined
  /** Whether a bare scope means all of its resource in a token with a user as well. */
  readonly expandsBareScopes: boolean
  readonly decisions: Decisions
  /** Undefined in a guard without introspection. */
  readonly introspection: Pick<GuardIntrospection, 'isComplete' | 'check'> | undefined
}

const namespaceCode = text('the code of a namespace', { default: undefined })

/** An action on a resource, which the hook must allow. */
export function permissionRule(given: OptionReader, { checkPermission, decisions }: AccessSettings): RequirementCheck {
  const action = given.read('action', text('an action like "book:delete"'))
  const namespace = given.read('namespace', namespaceCode)
  if (checkPermission === undefined) {
    const what = 'needs the checkPermission option: authingPermissions() of authing-guard/permissions, or your own'
    throw given.invalid('action', what)
  }
  const { check, takesContext, cacheSeconds, callerOnly } = checkPermission
  if (given.has('context') && !takesContext)
    throw given.invalid('context', 'is something that this checkPermission cannot take into account')
  const refusesMachines = leavesOutMachines(given, checkPermission)
  const findResource = resourceOf(given)
  const findContext = contextOf(given)
  const start = JSON.stringify(['permission', action, namespace])
  return (identity, request) => {
    if (refusesMachines && identity.kind === 'machine') return refuse('machine_not_asked')
    const resource = findResource(request)
    if (resource instanceof Refusal) return resource
    const text = findContext(request)
    if (text instanceof Refusal) return text
    const answer = decisions.decide(identity, {
      text: start + JSON.stringify(resource) + (text ?? ''),
      hook: 'checkPermission',
      action,
      cacheSeconds,
      callerOnly,
      ask: (_, call) => {
        // What JSON cannot say (a Date from a text, undefined from nothing) would be in the question and not in its key.
        const context = text === undefined ? undefined : freezeDeep<JsonObject>(JSON.parse(text))
        return check(identity, { action, resource, namespace, context }, call)
      },
    })
    return chainUnlessRefused(answer, (allowed) => (allowed ? identity : refuse('action_denied', { action })))
  }
}

/** Roles, every one or any one, as the token says them or as the hook does. */
export function roleRule(
  given: OptionReader,
  field: 'role' | 'anyRole',
  { roles: source, checkPermission, decisions }: AccessSettings,
): RequirementCheck {
  const roles = given.read(field, texts('the code of a role, or a list of them'))
  const namespace = given.read('namespace', namespaceCode)
  if (source === 'claim') {
    if (namespace !== undefined) throw given.invalid('namespace', "cannot be told from the token's roles claim")
    return (identity) => {
      const has = (role: string) => hasClaimedRole(identity, role)
      const isMet = field === 'role' ? roles.every(has) : roles.some(has)
      return isMet ? identity : refuse('role_missing', { field })
    }
  }
  const hasRole = checkPermission?.hasRole
  if (source === undefined || checkPermission === undefined || hasRole === undefined) {
    const what = "roles: 'claim' (from the token), or 'authing' with checkPermission: authingPermissions()"
    throw given.invalid(field, `needs the guard's option ${what}`)
  }
  const { cacheSeconds, callerOnly } = checkPermission
  const refusesMachines = leavesOutMachines(given, checkPermission)
  // One question where any role will do, one for each where every one must be there.
  const questions = (field === 'anyRole' ? [roles] : roles.map((role) => [role])).map(
    (some): Question => ({
      text: JSON.stringify(['role', some, namespace]),
      hook: 'hasRole',
      cacheSeconds,
      callerOnly,
      ask: (identity, call) => hasRole(identity, { roles: some, namespace }, call),
    }),
  )
  return (identity) => {
    if (refusesMachines && identity.kind === 'machine') return refuse('machine_not_asked')
    // All at once, and then one answer after the other: a refusal of any of them is one of the whole.
    const answers = questions.map((question) => decisions.decide(identity, question))
    const answer = answers.reduce((before, next) =>
      chainUnlessRefused(before, (isMet) => chainUnlessRefused(next, (hasRole) => isMet && hasRole)),
    )
    return chainUnlessRefused(answer, (isMet) => (isMet ? identity : refuse('role_missing', { field })))
  }
}

/** Roles as the token's `roles` claim has them: as old as the token. */
function hasClaimedRole({ claims }: Identity, role: string): boolean {
  const roles = Object.hasOwn(claims, 'roles') ? claims['roles'] : undefined
  if (!Array.isArray(roles)) return false
  return roles.some((entry: Json) => entry === role || (isObject(entry) && own(entry, 'code') === role))
}

/** Whether the hook can answer for users only. A machine is then refused, and a rule that is for machines alone throws. */
function leavesOutMachines(given: OptionReader, { usersOnly }: PermissionHookSettings): boolean {
  if (usersOnly && given.has('kind') && given.read('kind', texts('kinds')).every((kind) => kind === 'machine'))
    throw given.invalid('kind', "is 'machine', and this checkPermission can answer for users alone")
  return usersOnly
}
