import { isObject, type Json, type JsonObject, own } from '../common/claims.js'
import { FetchError } from '../common/http.js'
import type { Management } from './management.js'

// The wire formats of Authing's checks (its API reference, v3). What is not exactly an answer is an outage.

/** A question in the model of resources, roles and grants. */
export interface ActionQuestion {
  readonly userId: string
  readonly namespace: string
  readonly action: string
  readonly resource: string
}

/** `is-action-allowed`. @throws {FetchError} */
export async function isActionAllowed(
  management: Management,
  { namespace, userId, resource, action }: ActionQuestion,
  signal: AbortSignal,
): Promise<boolean> {
  const data = await management.ask('/api/v3/is-action-allowed', { namespace, userId, resource, action }, signal)
  return flagOf(data, 'allowed', 'is-action-allowed')
}

/** A question about resources in the model of data policies. */
export interface DataQuestion {
  readonly userId: string
  readonly namespace: string
  readonly action: string
  /** What the policies' conditions on the request are judged by. */
  readonly environment: JsonObject | undefined
}

/**
 * `check-permission`, about several resources at once: what is allowed of them; a resource that is not answered is not
 * in the map. Conditions are always judged: a policy that has one must not hold without it.
 *
 * @throws {FetchError}
 */
export async function checkPermission(
  management: Management,
  { userId, namespace, action, environment }: DataQuestion,
  resources: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, boolean>> {
  const question = {
    namespaceCode: namespace,
    userId,
    action,
    resources,
    judgeConditionEnabled: true,
    ...(environment && { authEnvParams: environment }),
  }
  const data = await management.ask('/api/v3/check-permission', question, signal)
  const list = own(data, 'checkResultList')
  if (!Array.isArray(list)) throw new FetchError('check-permission answered no checkResultList', 'unusable')
  const answers = new Map<string, boolean>()
  for (const result of list.filter(isObject)) {
    const resource = own(result, 'resource')
    if (typeof resource !== 'string' || own(result, 'action') !== action) continue
    if (own(result, 'namespaceCode') !== namespace) continue
    // Twice the same resource: what is refused once is refused.
    answers.set(resource, flagOf(result, 'enabled', 'check-permission') && answers.get(resource) !== false)
  }
  return answers
}

/** `has-any-role`. By the user's id alone: else Authing takes an email or a user name for one, too. @throws {FetchError} */
export async function hasAnyRole(
  management: Management,
  userId: string,
  roles: readonly { readonly code: string; readonly namespace: string }[],
  signal: AbortSignal,
): Promise<boolean> {
  const question = { userId, roles, options: { userIdType: 'user_id' } }
  return flagOf(await management.ask('/api/v3/has-any-role', question, signal), 'hasAnyRole', 'has-any-role')
}

function flagOf(data: JsonObject, name: string, check: string): boolean {
  const value: Json | undefined = own(data, name)
  if (typeof value === 'boolean') return value
  throw new FetchError(`${check} answered no ${name}`, 'unusable')
}
