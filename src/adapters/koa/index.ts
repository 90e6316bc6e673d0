import type { Requirement } from '../../authorization/requirement.js'
import type { Identity } from '../../common/identity.js'
import { chain } from '../../common/maybe-promise.js'
import { type Guard, guardOf } from '../../guard/guard.js'
import type { ObserveOptions, Observer } from '../../guard/observe.js'
import type { GuardOptions } from '../../guard/options.js'
import type { Caller } from '../../guard/pipeline.js'
import { type HostRequest, headerOf } from '../shared/header.js'
import {
  type AdapterOptions,
  authenticatorOf,
  type CallerOf,
  type Observation,
  type RequestAuthenticator,
} from '../shared/request-authenticator.js'

/** What a guard puts on `ctx.state`: with `new Koa<KoaState>()`, `ctx.state.identity` has a type. */
export interface KoaState<Who extends Caller = Identity> {
  identity: Who
}

/** The part of a Koa context that the guard uses: Koa 2 and 3. */
export interface KoaContext {
  readonly req: HostRequest
  /** Koa's own type for it is `any`, until an application says more. */
  readonly state: object
}

/** What your functions are handed (a requirement's, `token`), where they do not name Koa's own context. */
export interface RoutedContext {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
  /** Where a router stands before the guard. */
  readonly params: Readonly<Record<string, string>>
  readonly headers: { readonly authorization?: unknown; readonly cookie?: string | undefined }
  readonly cookies: {
    /** The value of a cookie. */
    get(name: string): string | undefined
  }
  readonly state: object
}
/** Koa's `next`. */
export type KoaNext = () => Promise<unknown>

/** A guard that is a Koa middleware: `app.use(guard)`, or in front of one route. */
export interface KoaGuard<Who extends Caller = Identity> extends Guard<Who> {
  (context: KoaContext, next: KoaNext): Promise<unknown>
  /**
   * A stricter middleware. It authenticates by itself, and behind this guard verifies nothing twice.
   *
   * @throws {TypeError} for a requirement that is not understood.
   */
  require<Context = RoutedContext>(requirement: Requirement<Context>): KoaGuard
  /**
   * A middleware that watches before this one guards, on a live system: it verifies, tells by an `observed` event what
   * this guard would have done, and ends by itself. Every request goes on at once, and nobody is known by it.
   *
   * @throws {TypeError} where `until` is no time, or is over 30 days ahead.
   */
  observe(options: ObserveOptions): KoaObserver
}

/** A guard that only watches, as a Koa middleware: `app.use(guard.observe({ until: '2026-01-31' }))`. */
export interface KoaObserver extends Observer {
  (context: KoaContext, next: KoaNext): Promise<void>
}

type Options = GuardOptions & { readonly credentials?: 'required' }
type OptionalCredentials = GuardOptions & { readonly credentials: 'optional' }

/**
 * Makes a guard for Koa of options, or of a Guard that there is. Without an argument it reads `AUTHING_ISSUER`,
 * `AUTHING_APP_ID` and, if set, `AUTHING_APP_SECRET`. `door` says where else a token may be.
 *
 * Nobody without a valid token gets past it; refusals are thrown as a `GuardError`, which Koa answers. The caller is
 * at `identityOf(ctx)`, and on `ctx.state.identity`.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong.
 */
export function authingGuard<G extends Guard<Caller>, Context = RoutedContext>(
  guard: G,
  adapter?: AdapterOptions<Context>,
): KoaGuard<CallerOf<G>>
export function authingGuard<Context = RoutedContext>(
  options: OptionalCredentials,
  adapter?: AdapterOptions<Context>,
): KoaGuard<Caller>
export function authingGuard<Context = RoutedContext>(
  ...given: [options?: Options, adapter?: AdapterOptions<Context>]
): KoaGuard
export function authingGuard<Context = RoutedContext>(
  options: GuardOptions,
  adapter?: AdapterOptions<Context>,
): KoaGuard<Caller>
export function authingGuard(...given: readonly unknown[]): KoaGuard<Caller> {
  return middlewareOf(authenticatorOf(given))
}

function middlewareOf<Who extends Caller>(authenticator: RequestAuthenticator<Who>): KoaGuard<Who> {
  // Without `async`: where nothing is waited for, Koa gets the promise of what stands behind, and no other.
  const middleware = function authingGuardMiddleware(context: KoaContext, next: KoaNext): Promise<unknown> {
    const note = (caller: Caller) => {
      Object.defineProperty(context.state, 'identity', { value: caller, enumerable: true, configurable: true })
    }
    try {
      const step = chain(authenticator.admit(context, headerOf(context.req)), note)
      if (step instanceof Promise) return step.then(() => next())
    } catch (error) {
      return Promise.reject(error)
    }
    // Outside the try: what a handler throws is its own.
    return next()
  }
  return Object.assign(middleware, guardOf(authenticator.pipeline), {
    require: (requirement: unknown, ...more: unknown[]) => middlewareOf(authenticator.narrow(requirement, more.length)),
    observe: (options: unknown) => watcherOf(authenticator.observe(options)),
  })
}

function watcherOf({ watch, observer }: Observation): KoaObserver {
  const middleware = async function authingGuardObserver(context: KoaContext, next: KoaNext): Promise<void> {
    watch(context, () => headerOf(context.req))
    await next()
  }
  return Object.assign(middleware, observer)
}

export type { Requirement } from '../../authorization/requirement.js'
export { errorResponse, GuardError } from '../../common/errors.js'
export type { Identity } from '../../common/identity.js'
export type { Guard } from '../../guard/guard.js'
export type { ObserveOptions } from '../../guard/observe.js'
export type { GuardOptions } from '../../guard/options.js'
export { identityOf, maybeIdentityOf } from '../shared/auth-record.js'
export type { HostRequest } from '../shared/header.js'
export type { AdapterOptions, CallerOf } from '../shared/request-authenticator.js'
