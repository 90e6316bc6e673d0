import { guardOf } from '../../guard/guard.js'
import type {
  AnyCaller,
  AnyGuard,
  Caller,
  GuardFor,
  GuardOptions,
  Identity,
  ObserveOptions,
  Observer,
  Requirement,
} from '../../guard/index.js'
import type { AdapterOptions, CallerOf, Options, RequestAuthenticator, Watch } from '../shared/request-authenticator.js'
import { authenticatorOf, errorHandlerCalled, expose } from '../shared/request-authenticator.js'
import { authorizationIn, type H3Event, nodeResponseOf } from './event.js'
import { refusalIn, throwRefusal } from './refusal.js'

/** What your functions are called with (a requirement's, `getToken`), unless they declare h3's own `H3Event`. */
export interface RoutedEvent {
  readonly method: string
  /** The path with the query. */
  readonly path: string
  readonly headers: {
    /** The value of a header, or null. */
    get(name: string): string | null
  }
  readonly context: {
    /** Set where the route has parameters, and is known before the guard runs. */
    readonly params?: Readonly<Record<string, string>> | undefined
  }
}

/** A guard that is also a middleware of h3: `app.use(guard)`, `onRequest: [guard]`, or `await guard(event)` in a handler. */
export interface H3Guard<Who extends AnyCaller = Identity> extends GuardFor<Who> {
  (event: H3Event): Promise<void>
  /**
   * Makes a stricter middleware. It authenticates by itself; after this guard it does not verify the token again.
   *
   * @throws {TypeError} for a requirement that is not understood.
   */
  require<Event = RoutedEvent>(requirement: Requirement<Event>): H3Guard<NonNullable<Who>>
  /**
   * Makes a middleware that tries this guard on a live system. It emits an `observed` event that says what the guard would
   * have done. It refuses no request, delays none, sets no identity, and stops at `until`.
   *
   * @throws {TypeError} where `until` is not a time, or is more than 30 days ahead.
   */
  observe(options: ObserveOptions): H3Observer
}

/** A guard that only observes, as a middleware of h3: `app.use(guard.observe({ until: '2026-01-31' }))`. */
export interface H3Observer extends Observer {
  (event: H3Event): void
}

/**
 * Makes a guard for h3, Nitro and Nuxt from options, or from a Guard. Without an argument it reads `AUTHING_ISSUER`,
 * `AUTHING_APP_ID` and, if set, `AUTHING_APP_SECRET`. `adapter` says where else a token may be.
 *
 * For an event without a valid token it throws an error of h3's kind, whose `cause` is the `GuardError`: h3 and Nitro
 * answer it with its status, its challenge and `Retry-After`, in their own JSON; {@link authingErrorHandler} answers it in
 * the JSON of all other hosts. Nitro ignores what is thrown in its `request` hook: do not call a guard there. The caller
 * is at `identityOf(event)`, and on `event.context.identity`.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong.
 *
 * @example
 * ```ts
 * // server/middleware/auth.ts
 * import { authingGuard } from 'authing-guard/h3'
 *
 * export default defineEventHandler(authingGuard())
 * ```
 */
export function authingGuard<G extends AnyGuard, Event = RoutedEvent>(
  guard: G,
  adapter?: AdapterOptions<Event>,
): H3Guard<CallerOf<G>>
export function authingGuard<Event = RoutedEvent>(
  ...given: [options?: Options, adapter?: AdapterOptions<Event>]
): H3Guard
export function authingGuard<Event = RoutedEvent>(
  options: GuardOptions,
  adapter?: AdapterOptions<Event>,
): H3Guard<Caller>
export function authingGuard(...given: readonly unknown[]): H3Guard<Caller> {
  return middlewareOf(authenticatorOf(given))
}

function middlewareOf<Who extends Caller>(authenticator: RequestAuthenticator<Who>): H3Guard<Who | Identity> {
  // It returns nothing and throws a refusal: h3 sends what a middleware returns, or ignores it, by the place it stands in.
  const middleware = async function authingGuardMiddleware(event: H3Event): Promise<void> {
    const header = authorizationIn(event)
    try {
      expose(event.context, await authenticator.authenticateOnce(event, header))
    } catch (error) {
      throwRefusal(event, error)
    }
  }
  return Object.assign(middleware, guardOf(authenticator.pipeline), {
    require: (requirement: unknown, ...more: unknown[]) => middlewareOf(authenticator.narrow(requirement, more.length)),
    observe: (options: unknown) => authenticator.observe(options, observerMiddleware),
  })
}

function observerMiddleware(watch: Watch) {
  return function authingGuardObserver(event: H3Event): void {
    watch(event, () => authorizationIn(event))
  }
}

/**
 * Error handler that answers a guard's refusals in JSON, `{ error, error_description }`, with their headers: `onError` of
 * an h3 application, or an `errorHandler` of Nitro. It leaves other errors to h3, or to Nitro's next handler.
 *
 * @example
 * ```ts
 * import { authingErrorHandler, authingGuard } from 'authing-guard/h3'
 * import { H3 } from 'h3'
 *
 * const app = new H3({ onError: authingErrorHandler })
 * app.use(authingGuard())
 * ```
 */
export function authingErrorHandler(error: unknown, event: H3Event): Response | undefined {
  if (event === undefined) throw errorHandlerCalled()
  const refusal = refusalIn(error)
  if (refusal === undefined) return undefined
  const response = nodeResponseOf(event)
  if (response === undefined) return refusal.getResponse()
  if (response.headersSent) return undefined
  response.statusCode = refusal.status
  for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value)
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(refusal))
  return undefined
}

export type { Guard, GuardOptions, Identity, ObserveOptions, Requirement } from '../../guard/index.js'
export { errorResponse, GuardError, isGuardError } from '../../guard/index.js'
export { identityOf, maybeIdentityOf } from '../shared/auth-record.js'
export type { AdapterOptions, CallerOf } from '../shared/request-authenticator.js'
export type { H3Event } from './event.js'
