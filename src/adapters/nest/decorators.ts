import { checkOf } from '../../authorization/compile-requirement.js'
import { Decisions } from '../../authorization/decisions.js'
import { readPermissionHook } from '../../authorization/permission-hook.js'
import type { AccessSettings } from '../../authorization/permission-rules.js'
import type { Requirement } from '../../authorization/requirement.js'
import { systemClock } from '../../common/clock.js'
import { configError } from '../../common/config-error.js'
import { noopEvents } from '../../telemetry/events.js'
import { authRecordOf } from '../shared/auth-record.js'
import { lazyProcessWideMap } from '../shared/process-map.js'
import { callOf, type NestContext, requestGetters, requestIn } from './host.js'
import { metadata } from './metadata.js'
import { addRule, rulesVersion } from './rules.js'

/** What the functions of a requirement are called with, unless they declare the platform's own request. */
export interface NestRequest {
  readonly method: string
  readonly url: string
  readonly headers: { readonly authorization?: unknown; readonly cookie?: string | undefined }
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/**
 * Adds a requirement to a controller, a gateway or one of its handlers; where both have one, both must hold. It needs a
 * guard: without one every request is refused (500).
 *
 * @throws {TypeError} for a requirement that is not understood.
 *
 * @example
 * ```ts
 * import { Require } from 'authing-guard/nest'
 *
 * class Books { @Get() @Require({ scope: 'book:read' }) list() {} }
 * ```
 */
export function Require<Request = NestRequest>(requirement: Requirement<Request>): ClassDecorator & MethodDecorator
export function Require(requirement: unknown, ...others: readonly unknown[]): ClassDecorator & MethodDecorator {
  // Now, not at the first request. What depends on a guard's options is checked when there is a guard.
  checkOf(requirement, others.length, permissiveSettings)
  return (target: object, name?: string | symbol, descriptor?: { readonly value?: unknown }) => {
    addRule(target, name, { isPublic: false, requirements: [requirement] })
    addCheckpoint(typeof descriptor?.value === 'function' ? descriptor.value : target)
  }
}

/**
 * Makes a handler or a controller public: the guard does not look at its requests.
 *
 * @example
 * ```ts
 * import { Public } from 'authing-guard/nest'
 *
 * class Health { @Get() @Public() check() {} }
 * ```
 */
export function Public(): ClassDecorator & MethodDecorator {
  return (target: object, name?: string | symbol) => addRule(target, name, { isPublic: true, requirements: [] })
}

/**
 * Passes the caller's `Identity` to a parameter of a handler: undefined for an anonymous caller, which
 * `credentials: 'optional'` and `@Public()` allow. It needs a guard: without one every request is refused (500).
 *
 * @example
 * ```ts
 * import { CurrentIdentity, type Identity } from 'authing-guard/nest'
 *
 * class Me { @Get() read(@CurrentIdentity() identity: Identity) { return identity } }
 * ```
 */
export function CurrentIdentity(): ParameterDecorator {
  return (prototype, name, index) => {
    if (name === undefined) throw configError('@CurrentIdentity() is for the parameters of handlers')
    const factory = (_: unknown, context: NestContext) => {
      const request = requestIn(context, requestGetters().get(context.getClass()))
      return request && authRecordOf(request)?.caller
    }
    // As a decorator made by `createParamDecorator()` does.
    const others = metadata('getMetadata', '__routeArguments__', prototype.constructor, name)
    const own = { [`authing__customRouteArgs__:${index}`]: { index, factory, data: undefined, pipes: [] } }
    metadata('defineMetadata', '__routeArguments__', { ...Object(others), ...own }, prototype.constructor, name)
    addCheckpoint(Reflect.get(prototype, name))
  }
}

/** Calls that a guard has admitted, for all copies of this package: the guard and the decorators may be of two. */
const admittedCalls = lazyProcessWideMap<number>('authing-guard.nest.admitted')

/** Marks a call as admitted: the guard has checked all that its handler requires. Returns true, for Nest. */
export function markAdmitted(context: NestContext): true {
  admittedCalls().set(callOf(context), rulesVersion)
  return true
}

/**
 * Interceptor that refuses calls that no guard has admitted. Interceptors run after guards, so a handler that relies on a
 * guard is not called without one. (In Nest a global guard does not apply to gateways.)
 */
const checkpoint = {
  intercept(context: NestContext, next: { handle(): unknown }): unknown {
    if (admittedCalls().get(callOf(context)) === rulesVersion) return next.handle()
    throw configError('no AuthingGuard ran before this handler: add authingModule(), or @UseGuards(AuthingGuard)')
  },
}

/** Adds the checkpoint to a class or a handler, as `@UseInterceptors()` does. */
function addCheckpoint(target: object): void {
  const others = metadata('getMetadata', '__interceptors__', target)
  metadata('defineMetadata', '__interceptors__', [...(Array.isArray(others) ? others : []), checkpoint], target)
}

/** A permission hook that denies. It is never called, since a decorator only checks the form of a requirement. */
const deny: () => boolean = Object.is.bind(undefined, true, false)

/** The settings of a guard that can check every kind of requirement. */
const permissiveSettings = {
  checkPermission: readPermissionHook({ check: deny, hasRole: deny }, 'checkPermission'),
  roles: 'claim',
  expandsBareScopes: false,
  decisions: new Decisions(systemClock, true, noopEvents),
  introspection: { isComplete: true, check: Promise.reject.bind(Promise) },
} as const satisfies AccessSettings
