import { freezeDeep, isObject, type Json, type JsonObject } from '../core/claims.js'
import { Refusal } from '../core/errors.js'
import type { Given } from '../core/given.js'
import { unavailable } from './answer.js'

/** Finds something out about a request. @throws {Refusal} */
export type Computed<T> = (request: unknown) => T

/** What a requirement says of a request, in the one form in which it is told and remembered. */
export interface Context {
  readonly value: JsonObject
  /** The same text for equal values, whatever the order of their members. */
  readonly text: string
}

const longestResource = 256
// A wildcard would ask about everything; control characters are nobody's resource.
const oddResource = /[*\p{Cc}]/u

/** The resource that a requirement names, or computes: one that nobody can own is a no, and is not asked about. */
export function resourceOf(given: Given): Computed<string> {
  const resource = given.get('resource')
  if (resource === undefined) throw given.wrong('resource', 'is missing: an action is allowed on a resource')
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
    throw given.wrong('resource', `must have at most ${longestResource} characters, and no * or control character`)
  return () => text
}

/** The context that a requirement names, or computes. */
export function contextOf(given: Given): Computed<Context | undefined> {
  const context = given.get('context')
  if (context === undefined) return () => undefined
  if (isFunction(context)) {
    return (request) => {
      const value = computed(context, request, 'context')
      if (value === undefined) return undefined
      const copy = copyOf(value)
      if (copy === undefined) throw unavailable('the computed context is no JSON object')
      return copy
    }
  }
  const copy = copyOf(context)
  if (copy === undefined) throw given.wrong('context', 'must be a JSON object, or a function of the request')
  return () => copy
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

/**
 * A JSON copy, of which the hook is told: what JSON cannot say (a Date from a text, undefined from null) would be in
 * the question and not in its key. Undefined where there is no such object.
 */
function copyOf(value: unknown): Context | undefined {
  try {
    const copy: Json = JSON.parse(JSON.stringify(value))
    if (!isObject(copy)) return undefined
    const frozen = freezeDeep(copy)
    return { value: frozen, text: canonical(frozen) }
  } catch {
    // A circle, a bigint, too many levels.
    return undefined
  }
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`
}

function isFunction(value: unknown): value is (request: unknown) => unknown {
  return typeof value === 'function'
}
