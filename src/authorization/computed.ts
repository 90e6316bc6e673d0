import type { OptionReader } from '../common/option-reader.js'
import { text } from '../common/options.js'
import { Refusal, refuse } from '../common/refusal.js'

/** Computes a value of a request, or the refusal if that fails. */
export type Computed<T> = (request: unknown) => T | Refusal

const resourceText = text('a resource like "book:1", or a function of the request')
const longestResource = 256
// A wildcard would ask about every resource; no resource has control characters.
const oddResource = /[*\p{Cc}]/u

/** The resource that a requirement names, or computes. An impossible one is refused without asking. */
export function resourceOf(given: OptionReader): Computed<string> {
  const resource = given.get('resource')
  if (isFunction(resource)) {
    return (request) => {
      const text = computed(resource, request, 'resource')
      if (text instanceof Refusal || (typeof text === 'string' && isGood(text))) return text
      return refuse('resource_invalid')
    }
  }
  const text = given.read('resource', resourceText)
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
      if (value === undefined || value instanceof Refusal) return value
      return objectText(value) ?? refuse('context_invalid', {}, { retryAfter: 1 })
    }
  }
  const text = objectText(context)
  if (text === undefined) throw given.invalid('context', 'must be a JSON object, or a function of the request')
  return () => text
}

function computed(from: (request: unknown) => unknown, request: unknown, field: 'resource' | 'context'): unknown {
  try {
    return from(request)
  } catch (cause) {
    return refuse('function_threw', { field }, { retryAfter: 1, cause })
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

export function isFunction(value: unknown): value is (...args: readonly unknown[]) => unknown {
  return typeof value === 'function'
}
