import { isObject, type JsonObject, own } from '../common/claims.js'
import { configError } from '../common/config-error.js'
import { FetchError } from '../common/http.js'
import type { Management } from './management.js'

// The wire formats of Authing's checks (its API reference, v3). What is not exactly an answer is an outage.

/** A check that answers true or false, under the name `flag`. @throws {FetchError} */
export async function askFlag(
  management: Management,
  check: 'is-action-allowed' | 'has-any-role',
  question: JsonObject,
  flag: string,
  signal: AbortSignal,
): Promise<boolean> {
  return flagOf(await management.ask(`/api/v3/${check}`, question, signal), flag, check)
}

/** A question about resources in the model of data policies. */
export interface DataQuestion {
  readonly userId: string
  readonly namespaceCode: string
  readonly action: string
  /** What the policies' conditions on the request are judged by. */
  readonly authEnvParams?: JsonObject
}

/**
 * `check-permission`, about several resources at once: what is allowed of them; a resource that is not answered is not
 * in the map. Conditions are always judged: a policy that has one must not hold without it.
 *
 * @throws {FetchError}
 */
export async function checkPermission(
  management: Management,
  question: DataQuestion,
  resources: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, boolean>> {
  const whole = { ...question, resources, judgeConditionEnabled: true }
  const data = await management.ask('/api/v3/check-permission', whole, signal)
  const list = own(data, 'checkResultList')
  if (!Array.isArray(list)) throw new FetchError('check-permission answered no checkResultList', 'unusable')
  const answers = new Map<string, boolean>()
  for (const result of list.filter(isObject)) {
    const resource = own(result, 'resource')
    if (typeof resource !== 'string' || own(result, 'action') !== question.action) continue
    if (own(result, 'namespaceCode') !== question.namespaceCode) continue
    // Twice the same resource: what is refused once is refused.
    answers.set(resource, flagOf(result, 'enabled', 'check-permission') && answers.get(resource) !== false)
  }
  return answers
}

function flagOf(data: JsonObject, name: string, check: string): boolean {
  const value = own(data, name)
  if (typeof value === 'boolean') return value
  throw new FetchError(`${check} answered no ${name}`, 'unusable')
}

/** What a data policy's conditions can look at (`AuthEnvParams` of Authing's API reference). */
const environmentNames = ['ip', 'city', 'province', 'country', 'deviceType', 'systemType', 'browserType', 'requestDate']

/**
 * A requirement's `context` as Authing takes it.
 *
 * @throws {TypeError} for what it does not take: a condition that nobody looks at must not pass for one that holds.
 */
export function environmentOf(context: Readonly<Record<string, unknown>>): JsonObject {
  const members = Object.entries(context).filter(isKnown)
  if (members.length < Object.keys(context).length)
    throw configError(`a context for Authing holds strings, under these names: ${environmentNames.join(', ')}`)
  // Sorted, so that equal contexts are one question.
  return Object.fromEntries(members.sort(([one], [other]) => (one < other ? -1 : 1)))
}

function isKnown(member: [string, unknown]): member is [string, string] {
  return environmentNames.includes(member[0]) && typeof member[1] === 'string'
}
