import { freezeDeep, type JsonObject } from '../common/claims.js'
import { Refusal } from '../common/errors.js'
import type { OptionReader } from '../common/option-reader.js'

/** Finds something out about a request. @throws {Refusal} */
export type Computed<T> = (request: unknown) => T

const longestResource = 256
// A wildcard would ask about everything; control characters are nobody's resource.
const oddResource = /[*\p{Cc}]/u

/** The resource that a requirement names, or computes: one that nobody can own is a no, and is not asked about. */
export function resourceOf(given: OptionReader): Computed<string> {
  const resource = given.get('resource')
  if (resource === undefined) throw given.invalid('resource', 'is missing: an action is allowed on a resource')
  if (isFunction(resource)) {
    return (request) => {
      const text = computed(resource, request, 'resource')
      if (typeof text === 'string' && isGood(text)) return text
      throw new Refusal(
        'permission_denied',
        'the computed resource is no string, or empty, too long, or holds * or a control character',
      )
    }
  }
  const text = given.text('resource', 'a resource like "book:1", or a function of the request')
  if (!isGood(text))
    throw given.invalid('resource', `must have at most ${longestResource} characters, and no * or control character`)
  return () => text
}

/** The context that a requirement names, or computes, as the JSON text of an object. */
export function contextOf(given: OptionReader): Computed<string | undefined> {
  const context = given.get('context')
  if (context === undefined) return () => undefined
  if (isFunction(context)) {
    return (request) => {
      const value = computed(context, request, 'context')
      if (value === undefined) return undefined
      const text = objectText(value)
      if (text === undefined) throw unavailable('the computed context is no JSON object')
      return text
    }
  }
  const text = objectText(context)
  if (text === undefined) throw given.invalid('context', 'must be a JSON object, or a function of the request')
  return () => text
}

/**
 * A context's text to what the hook is told: what JSON cannot say (a Date from a text, undefined from nothing) would be
 * in the question and not in its key.
 */
export function contextFrom(text: string): JsonObject {
  const value: JsonObject = JSON.parse(text)
  return freezeDeep(value)
}

function computed(from: (request: unknown) => unknown, request: unknown, name: string): unknown {
  try {
    return from(request)
  } catch (cause) {
    throw unavailable(`the function for ${name} threw`, cause)
  }
}

function isGood(resource: string): boolean {
  return resource !== '' && resource.length <= longestResource && !oddResource.test(resource)
}

/** A value as JSON, where that makes an object. */
function objectText(value: unknown): string | undefined {
  try {
    const text: unknown = JSON.stringify(value)
    return typeof text === 'string' && text.startsWith('{') ? text : undefined
  } catch {
    // A circle, a bigint, too many levels.
    return undefined
  }
}

function unavailable(detail: string, cause?: unknown): Refusal {
  return new Refusal('permission_unavailable', detail, { retryAfter: 1, cause })
}

function isFunction(value: unknown): value is (request: unknown) => unknown {
  return typeof value === 'function'
}
