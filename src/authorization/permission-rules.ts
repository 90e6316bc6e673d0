import type { HookContext } from '../common/call-hook.js'
import type { Identity } from '../common/identity.js'
import { chain, type MaybePromise } from '../common/maybe-promise.js'
import type { OptionReader } from '../common/option-reader.js'
import { contextFrom, contextOf, resourceOf } from './computed.js'
import type { Decisions, Question } from './decisions.js'
import type { DecidedEvent, DecisionReporter } from './events.js'
import type { PermissionHook } from './permission-hook.js'
import type { RequirementCheck } from './requirement.js'
import { denyUnless, hasClaimedRole, type IntrospectionCheck } from './rules.js'

/** What a guard can be asked to find out. */
export interface AccessSettings {
  readonly checkPermission: PermissionHook | undefined
  /** Where roles come from. */
  readonly roles: 'authing' | 'claim' | undefined
  /** Whether a bare scope means all of its resource in a token with a user as well. */
  readonly expandsBareScopes: boolean
  readonly decisions: Decisions
  readonly report: DecisionReporter
  /** Undefined in a guard without introspection. */
  readonly introspection: IntrospectionCheck | undefined
}

/** An action on a resource, which the hook must allow. */
export function permissionRule(
  given: OptionReader,
  { checkPermission, decisions, report }: AccessSettings,
): RequirementCheck {
  const action = given.text('action', 'an action like "book:delete"')
  const namespace = namespaceOf(given)
  if (checkPermission === undefined) {
    throw given.invalid(
      'action',
      'needs the checkPermission option: authingPermissions() of authing-guard/permissions, or your own',
    )
  }
  if (given.has('context') && checkPermission.takesContext === false) {
    throw given.invalid('context', 'is something that this checkPermission cannot take into account')
  }
  const refuseMachine = machineRule(given, checkPermission)
  const findResource = resourceOf(given)
  const findContext = contextOf(given)
  const { remember = 0, callerOnly = false } = checkPermission
  const start = JSON.stringify(['permission', action, namespace])
  const detail = `checkPermission does not allow ${action} on this resource`
  return (identity, request) => {
    refuseMachine(identity)
    const resource = findResource(request)
    const text = findContext(request)
    const answer = decisions.decide(identity, {
      text: start + JSON.stringify(resource) + (text ?? ''),
      who: 'checkPermission',
      remember,
      callerOnly,
      ask: (call) => {
        const context = text === undefined ? undefined : contextFrom(text)
        return checkPermission(identity, { action, resource, namespace, context }, call)
      },
    })
    return chain(told(answer, report, 'checkPermission', action), (allowed) => denyUnless(allowed, detail))
  }
}

/** Roles, every one or any one, as the token says them or as the hook does. */
export function roleRule(given: OptionReader, name: 'role' | 'anyRole', settings: AccessSettings): RequirementCheck {
  const roles = given.texts(name, 'the code of a role, or a list of them')
  const namespace = namespaceOf(given)
  const detail = `the caller does not have the ${name} that the route requires`
  if (settings.roles === 'claim') {
    if (namespace !== undefined) throw given.invalid('namespace', "cannot be told from the token's roles claim")
    return (identity) => {
      const has = (role: string) => hasClaimedRole(identity, role)
      denyUnless(name === 'role' ? roles.every(has) : roles.some(has), detail)
    }
  }
  const { checkPermission, decisions, report } = settings
  const hasRole = checkPermission?.hasRole
  if (settings.roles === undefined || checkPermission === undefined || hasRole === undefined) {
    throw given.invalid(
      name,
      "needs the guard's option roles: 'claim' (from the token), or 'authing' with checkPermission: authingPermissions()",
    )
  }
  const refuseMachine = machineRule(given, checkPermission)
  const { remember = 0, callerOnly = false } = checkPermission
  // One question where any role will do, one for each where every one must be there.
  const questions = (name === 'anyRole' ? [roles] : roles.map((role) => [role])).map((some) => {
    const text = JSON.stringify(['role', some, namespace])
    const ask = (identity: Identity) => (call: HookContext) => hasRole(identity, { roles: some, namespace }, call)
    return (identity: Identity): Question => ({
      text,
      who: 'hasRole',
      remember,
      callerOnly,
      ask: ask(identity),
    })
  })
  const judge = (answers: readonly boolean[]) => denyUnless(answers.every(Boolean), detail)
  return (identity): MaybePromise<void> => {
    refuseMachine(identity)
    const asked = questions.map((question) => {
      return told(decisions.decide(identity, question(identity)), report, 'hasRole', undefined)
    })
    return asked.every((answer) => typeof answer === 'boolean') ? judge(asked) : Promise.all(asked).then(judge)
  }
}

/** The answer, told where somebody listens. One that is remembered is there at once. */
function told(
  answer: MaybePromise<boolean>,
  report: DecisionReporter,
  hook: DecidedEvent['hook'],
  action: string | undefined,
): MaybePromise<boolean> {
  if (!report.hasListeners) return answer
  const remembered = typeof answer === 'boolean'
  return chain(answer, (allowed) => {
    report.emit({ type: 'decided', hook, action, allowed, remembered })
    return allowed
  })
}

function namespaceOf(given: OptionReader): string | undefined {
  return given.has('namespace') ? given.text('namespace', 'the code of a namespace') : undefined
}

/** Refuses machines where the hook can answer for users alone. */
function machineRule(given: OptionReader, { usersOnly = false }: PermissionHook): (identity: Identity) => void {
  if (usersOnly && given.has('kind') && given.texts('kind', 'kinds').every((kind) => kind === 'machine')) {
    throw given.invalid('kind', "is 'machine', and this checkPermission can answer for users alone")
  }
  return ({ kind }) => denyUnless(!(usersOnly && kind === 'machine'), 'a machine has no user to ask about')
}
