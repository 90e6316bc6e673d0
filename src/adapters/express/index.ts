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
import { isGuardError } from '../../guard/index.js'
import { authorizationOf, type HostRequest } from '../shared/node-request.js'
import type { AdapterOptions, CallerOf, Options, RequestAuthenticator, Watch } from '../shared/request-authenticator.js'
import { authenticatorOf, errorHandlerCalled, expose } from '../shared/request-authenticator.js'

/** The part of an Express request that the guard reads: Express 4 and 5, and anything on Node's own request. */
export type ExpressRequest = HostRequest & object
/** What your functions are called with (a requirement's, `getToken`), unless they declare Express's own `Request`. */
export interface RoutedRequest {
  readonly headers: { readonly authorization?: unknown; readonly cookie?: string | undefined }
  readonly method: string
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body?: unknown
}
/** Express's `next`. */
export type ExpressNext = (error?: unknown) => void
/** The part of an Express response, or of Node's own, that a refusal is written with. */
export interface ExpressResponse {
  statusCode: number
  readonly headersSent: boolean
  /** Node's `setHeader`. */
  setHeader(name: string, value: string): unknown
  /** Node's `end`. */
  end(body: string): unknown
}

/** A guard that is also an Express middleware: `app.use(guard)`, or for one route. */
export interface ExpressGuard<Who extends AnyCaller = Identity> extends GuardFor<Who> {
  (request: ExpressRequest, response: unknown, next: ExpressNext): void
  /**
   * Makes a stricter middleware. It authenticates by itself; after this guard it does not verify the token again.
   *
   * @throws {TypeError} for a requirement that is not understood.
   */
  require<Request = RoutedRequest>(requirement: Requirement<Request>): ExpressGuard<NonNullable<Who>>
  /**
   * Makes a middleware that tries this guard on a live system. It emits an `observed` event that says what the guard would
   * have done. It refuses no request, delays none, sets no identity, and stops at `until`.
   *
   * @throws {TypeError} where `until` is not a time, or is more than 30 days ahead.
   */
  observe(options: ObserveOptions): ExpressObserver
}

/** A guard that only observes, as an Express middleware: `app.use(guard.observe({ until: '2026-01-31' }))`. */
export interface ExpressObserver extends Observer {
  (request: ExpressRequest, response: unknown, next: ExpressNext): void
}

/**
 * Makes a guard for Express from options, or from a Guard. Without an argument it reads `AUTHING_ISSUER`,
 * `AUTHING_APP_ID` and, if set, `AUTHING_APP_SECRET`. `adapter` says where else a token may be.
 *
 * A request without a valid token goes to `next(error)` with a `GuardError`, which Express answers by its `status` and
 * `headers`; {@link authingErrorHandler} answers it in JSON. The caller is at `identityOf(req)`, and on `req.identity`.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong.
 *
 * @example
 * ```ts
 * import { authingGuard, identityOf } from 'authing-guard/express'
 *
 * const guard = authingGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' })
 * app.use(guard)
 * app.get('/me', (req, res) => res.json(identityOf(req)))
 * ```
 */
export function authingGuard<G extends AnyGuard, Request = RoutedRequest>(
  guard: G,
  adapter?: AdapterOptions<Request>,
): ExpressGuard<CallerOf<G>>
export function authingGuard<Request = RoutedRequest>(
  ...given: [options?: Options, adapter?: AdapterOptions<Request>]
): ExpressGuard
export function authingGuard<Request = RoutedRequest>(
  options: GuardOptions,
  adapter?: AdapterOptions<Request>,
): ExpressGuard<Caller>
export function authingGuard(...given: readonly unknown[]): ExpressGuard<Caller> {
  return middlewareOf(authenticatorOf(given))
}

/** An Express request as the guard leaves it behind. */
type AuthenticatedRequest = ExpressRequest & { identity?: Caller }

function middlewareOf<Who extends Caller>(authenticator: RequestAuthenticator<Who>): ExpressGuard<Who | Identity> {
  const middleware = function authingGuardMiddleware(
    request: AuthenticatedRequest,
    _: unknown,
    next: ExpressNext,
  ): void {
    try {
      const result = authenticator.authenticateOnce(request, authorizationOf(request))
      if (result instanceof Promise) {
        return void result.then((caller) => expose(request, caller)).then(() => next(), next)
      }
      expose(request, result)
    } catch (error) {
      return void next(error)
    }
    // Outside the try: what a handler throws is not the guard's.
    next()
  }
  return Object.assign(middleware, guardOf(authenticator.pipeline), {
    require: (requirement: unknown, ...more: unknown[]) => middlewareOf(authenticator.narrow(requirement, more.length)),
    observe: (options: unknown) => authenticator.observe(options, observerMiddleware),
  })
}

function observerMiddleware(watch: Watch) {
  return function authingGuardObserver(request: ExpressRequest, _: unknown, next: ExpressNext): void {
    watch(request, () => authorizationOf(request))
    next()
  }
}

/**
 * Error handler that answers a guard's refusals in JSON, `{ error, error_description }`, with their headers. Put it after
 * all routes; without it Express answers with an HTML page. Other errors go on to the next error handler.
 *
 * @example
 * ```ts
 * import { authingErrorHandler, authingGuard } from 'authing-guard/express'
 *
 * app.use(authingGuard({ issuer, appId }))
 * // ... routes ...
 * app.use(authingErrorHandler)
 * ```
 */
export function authingErrorHandler(error: unknown, _: unknown, response: ExpressResponse, next: ExpressNext): void {
  if (response === undefined) throw errorHandlerCalled()
  if (!isGuardError(error) || response.headersSent) return void next(error)
  response.statusCode = error.status
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value)
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(error))
}

export type { Guard, GuardOptions, Identity, ObserveOptions, Requirement } from '../../guard/index.js'
export { errorResponse, GuardError, isGuardError } from '../../guard/index.js'
export { identityOf, maybeIdentityOf } from '../shared/auth-record.js'
export type { HostRequest } from '../shared/node-request.js'
export type { AdapterOptions, CallerOf } from '../shared/request-authenticator.js'
