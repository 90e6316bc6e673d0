import { checkOf } from '../../authorization/compile-requirement.js'
import { Decisions } from '../../authorization/decisions.js'
import type { Requirement } from '../../authorization/requirement.js'
import { systemClock } from '../../common/clock.js'
import { configError } from '../../common/config-error.js'
import { noopEvents } from '../../telemetry/events.js'
import { authRecordOf } from '../shared/auth-record.js'
import { callOf, type NestContext, requestOf } from './host.js'
import { enhance, parameter } from './metadata.js'
import { note, type Required } from './rules.js'

/** What the functions of a requirement are handed, where they do not name the platform's own request. */
export interface NestRequest {
  readonly method: string
  readonly url: string
  readonly headers: { readonly authorization?: unknown; readonly cookie?: string | undefined }
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/**
 * What a controller, a gateway or one of its handlers asks, besides a valid token; where both do, all of it. A guard has
 * to stand there too: without one nobody gets in (500).
 *
 * @throws {TypeError} for a requirement that is not understood.
 */
export function Require<Request = NestRequest>(requirement: Requirement<Request>): ClassDecorator & MethodDecorator
export function Require(requirement: unknown, ...others: readonly unknown[]): ClassDecorator & MethodDecorator {
  const more = others.length
  // Here, where it stands, and not at the first request: what depends on a guard's options is checked once one is there.
  checkOf(requirement, more, everything)
  return (...place: Place) => {
    declare(place, false, [{ requirement, more }])
    enhance('__interceptors__', checkpoint, handlerOf(place) ?? place[0])
  }
}

/** Lets anybody in, unasked: the guard does not look at this handler's, or controller's, requests. */
export function Public(): ClassDecorator & MethodDecorator {
  return (...place: Place) => declare(place, true, [])
}

/**
 * Who calls, as a parameter of a handler: an `Identity`. Undefined for an anonymous caller, whom
 * `credentials: 'optional'` and `@Public()` let in. Where no guard stands nobody gets in (500).
 */
export function CurrentIdentity(): ParameterDecorator {
  return (prototype, name, index) => {
    if (name === undefined) throw configError('@CurrentIdentity() is for the parameters of handlers')
    parameter((_, context: NestContext) => authRecordOf(requestOf(context))?.caller, prototype.constructor, name, index)
    enhance('__interceptors__', checkpoint, Reflect.get(prototype, name))
  }
}

/** What a decorator is handed: a class; or its prototype, and a method's name and descriptor. */
type Place = readonly [target: object, name?: string | symbol, descriptor?: { readonly value?: unknown }]

function declare(place: Place, isPublic: boolean, requirements: readonly Required[]): void {
  const [target, name] = place
  note(name === undefined ? Reflect.get(target, 'prototype') : target, name, isPublic, requirements)
}

function handlerOf([, , descriptor]: Place): object | undefined {
  return typeof descriptor?.value === 'function' ? descriptor.value : undefined
}

/** Calls that a guard has let in. */
const admitted = new WeakSet<object>()

/** Notes that the guard has let a call in, with all that its handler asks. */
export function admit(context: NestContext): void {
  admitted.add(callOf(context))
}

/**
 * Stands behind the guards, as all interceptors do: a handler that relies on one is not to be had without. (In Nest 11 a
 * guard for all of an application is none for its gateways.)
 */
const checkpoint = {
  intercept(context: NestContext, next: { handle(): unknown }): unknown {
    if (admitted.has(callOf(context))) return next.handle()
    throw configError('no AuthingGuard stands before this handler: add authingModule(), or @UseGuards(AuthingGuard)')
  },
}

/** Says no; nobody asks it, since a decorator only checks the words of a requirement. */
const no: () => boolean = Object.is.bind(undefined, true, false)

/** The settings of a guard that can find out everything. */
const everything = {
  checkPermission: Object.assign(no, { hasRole: no }),
  roles: 'claim',
  expandsBareScopes: false,
  decisions: new Decisions(systemClock, true),
  report: noopEvents,
  introspection: { isComplete: true, check: Promise.reject.bind(Promise) },
} as const
