import type { HookContext } from '../common/call-hook.js'
import type { Identity } from '../common/identity.js'
import { chainUnlessRefused, type MaybePromise } from '../common/maybe-promise.js'
import type { OptionReader } from '../common/option-reader.js'
import { Refusal, refuse } from '../common/refusal.js'
import { contextFrom, contextOf, resourceOf } from './computed.js'
import type { Decisions, Question } from './decisions.js'
import type { DecidedEvent, DecisionReporter } from './events.js'
import type { PermissionHookSettings } from './permission-hook.js'
import type { RequirementCheck } from './requirement.js'
import { hasClaimedRole, type IntrospectionCheck } from './rules.js'

/** How a guard finds out what a caller may do. */
export interface AccessSettings {
  readonly checkPermission: PermissionHookSettings | undefined
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
  if (given.has('context') && !checkPermission.takesContext) {
    throw given.invalid('context', 'is something that this checkPermission cannot take into account')
  }
  const canAsk = canAskAbout(given, checkPermission)
  const findResource = resourceOf(given)
  const findContext = contextOf(given)
  const { check, cacheSeconds, callerOnly } = checkPermission
  const start = JSON.stringify(['permission', action, namespace])
  return (identity, request) => {
    if (!canAsk(identity)) return refuse('machine_not_asked')
    const resource = findResource(request)
    if (resource instanceof Refusal) return resource
    const text = findContext(request)
    if (text instanceof Refusal) return text
    const answer = decisions.decide(identity, {
      text: start + JSON.stringify(resource) + (text ?? ''),
      hook: 'checkPermission',
      cacheSeconds,
      callerOnly,
      ask: (call) => {
        const context = text === undefined ? undefined : contextFrom(text)
        return check(identity, { action, resource, namespace, context }, call)
      },
    })
    return chainUnlessRefused(emitDecision(answer, report, 'checkPermission', action), (allowed) =>
      allowed ? identity : refuse('action_denied', { action }),
    )
  }
}

/** Roles, every one or any one, as the token says them or as the hook does. */
export function roleRule(given: OptionReader, field: 'role' | 'anyRole', settings: AccessSettings): RequirementCheck {
  const roles = given.texts(field, 'the code of a role, or a list of them')
  const namespace = namespaceOf(given)
  if (settings.roles === 'claim') {
    if (namespace !== undefined) throw given.invalid('namespace', "cannot be told from the token's roles claim")
    return (identity) => {
      const has = (role: string) => hasClaimedRole(identity, role)
      const isMet = field === 'role' ? roles.every(has) : roles.some(has)
      return isMet ? identity : refuse('role_missing', { field })
    }
  }
  const { checkPermission, decisions, report } = settings
  const hasRole = checkPermission?.hasRole
  if (settings.roles === undefined || checkPermission === undefined || hasRole === undefined) {
    throw given.invalid(
      field,
      "needs the guard's option roles: 'claim' (from the token), or 'authing' with checkPermission: authingPermissions()",
    )
  }
  const canAsk = canAskAbout(given, checkPermission)
  const { cacheSeconds, callerOnly } = checkPermission
  // One question where any role will do, one for each where every one must be there.
  const questions = (field === 'anyRole' ? [roles] : roles.map((role) => [role])).map((some) => {
    const text = JSON.stringify(['role', some, namespace])
    const ask = (identity: Identity) => (call: HookContext) => hasRole(identity, { roles: some, namespace }, call)
    return (identity: Identity): Question => ({
      text,
      hook: 'hasRole',
      cacheSeconds,
      callerOnly,
      ask: ask(identity),
    })
  })
  return (identity): MaybePromise<Identity | Refusal> => {
    if (!canAsk(identity)) return refuse('machine_not_asked')
    const asked = questions.map((question) => {
      return emitDecision(decisions.decide(identity, question(identity)), report, 'hasRole', undefined)
    })
    const judge = (answers: readonly (boolean | Refusal)[]): Identity | Refusal => {
      const refusal = answers.find((answer) => answer instanceof Refusal)
      if (refusal !== undefined) return refusal
      return answers.every((answer) => answer === true) ? identity : refuse('role_missing', { field })
    }
    return asked.every(isReady) ? judge(asked) : Promise.all(asked).then(judge)
  }
}

function isReady<T>(answer: MaybePromise<T>): answer is T {
  return !(answer instanceof Promise)
}

/** Emits the answer where somebody listens. A remembered answer is not a promise. */
function emitDecision(
  answer: MaybePromise<boolean | Refusal>,
  report: DecisionReporter,
  hook: DecidedEvent['hook'],
  action: string | undefined,
): MaybePromise<boolean | Refusal> {
  if (!report.hasListeners) return answer
  const remembered = typeof answer === 'boolean'
  return chainUnlessRefused(answer, (allowed) => {
    report.emit({ type: 'decided', hook, action, allowed, remembered })
    return allowed
  })
}

function namespaceOf(given: OptionReader): string | undefined {
  return given.has('namespace') ? given.text('namespace', 'the code of a namespace') : undefined
}

/** Whether the hook can be asked about an identity: some can answer for users only. */
function canAskAbout(given: OptionReader, { usersOnly }: PermissionHookSettings): (identity: Identity) => boolean {
  if (usersOnly && given.has('kind') && given.texts('kind', 'kinds').every((kind) => kind === 'machine')) {
    throw given.invalid('kind', "is 'machine', and this checkPermission can answer for users alone")
  }
  return ({ kind }) => !(usersOnly && kind === 'machine')
}
