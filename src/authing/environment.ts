import type { JsonObject } from '../common/claims.js'
import { configError } from '../common/config-error.js'

/** What a data policy's conditions can look at (`AuthEnvParams` of Authing's API reference). */
const names: ReadonlySet<string> = new Set([
  ...['ip', 'city', 'province', 'country', 'deviceType', 'systemType', 'browserType', 'requestDate'],
])

/**
 * A requirement's `context` as Authing takes it.
 *
 * @throws {TypeError} for what it does not take: a condition that nobody looks at must not pass for one that holds.
 */
export function environmentOf(context: Readonly<Record<string, unknown>> | undefined): JsonObject | undefined {
  if (context === undefined) return undefined
  const members = Object.entries(context).filter(isKnown)
  if (members.length < Object.keys(context).length) {
    throw configError(`a context for Authing holds strings, under these names: ${[...names].join(', ')}`)
  }
  // Sorted, so that equal contexts are one question.
  return Object.fromEntries(members.sort(([one], [other]) => (one < other ? -1 : 1)))
}

function isKnown(member: [string, unknown]): member is [string, string] {
  return names.has(member[0]) && typeof member[1] === 'string'
}
