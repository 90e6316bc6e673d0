import type { Requirement } from '../../authorization/requirement.js'
import { isGuardError } from '../../common/errors.js'
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

declare global {
  namespace Express {
    interface Request {
      /** Who calls, where a guard stands before this handler; `identityOf(req)` is the one that never is undefined. */
      readonly identity?: Identity
    }
  }
}

/** The part of an Express request that the guard reads: Express 4 and 5, and anything on Node's own request. */
export type ExpressRequest = HostRequest & object
/** What your functions are handed (a requirement's, `token`), where they do not name Express's own `Request`. */
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
  /** Node's own. */
  setHeader(name: string, value: string): unknown
  /** Node's own. */
  end(body: string): unknown
}

/** A guard that is an Express middleware: `app.use(guard)`, or in front of one route. */
export interface ExpressGuard<Who extends Caller = Identity> extends Guard<Who> {
  (request: ExpressRequest, response: unknown, next: ExpressNext): void
  /**
   * A stricter middleware. It authenticates by itself, and behind this guard verifies nothing twice.
   *
   * @throws {TypeError} for a requirement that is not understood.
   */
  require<Request = RoutedRequest>(requirement: Requirement<Request>): ExpressGuard
  /**
   * A middleware that watches before this one guards, on a live system: it verifies, tells by an `observed` event what
   * this guard would have done, and ends by itself. Every request goes on at once, and nobody is known by it.
   *
   * @throws {TypeError} where `until` is no time, or is over 30 days ahead.
   */
  observe(options: ObserveOptions): ExpressObserver
}

/** A guard that only watches, as an Express middleware: `app.use(guard.observe({ until: '2026-01-31' }))`. */
export interface ExpressObserver extends Observer {
  (request: ExpressRequest, response: unknown, next: ExpressNext): void
}

type Options = GuardOptions & { readonly credentials?: 'required' }
type OptionalCredentials = GuardOptions & { readonly credentials: 'optional' }

/**
 * Makes a guard for Express of options, or of a Guard that there is. Without an argument it reads `AUTHING_ISSUER`,
 * `AUTHING_APP_ID` and, if set, `AUTHING_APP_SECRET`. `door` says where else a token may be.
 *
 * Nobody without a valid token gets past it; refusals go to `next(error)` as a `GuardError`, which Express answers.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong.
 */
export function authingGuard<G extends Guard<Caller>, Request = RoutedRequest>(
  guard: G,
  adapter?: AdapterOptions<Request>,
): ExpressGuard<CallerOf<G>>
export function authingGuard<Request = RoutedRequest>(
  options: OptionalCredentials,
  adapter?: AdapterOptions<Request>,
): ExpressGuard<Caller>
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

function middlewareOf<Who extends Caller>(authenticator: RequestAuthenticator<Who>): ExpressGuard<Who> {
  const middleware = function authingGuardMiddleware(request: ExpressRequest, _: unknown, next: ExpressNext): void {
    const note = (caller: Caller) => {
      Object.defineProperty(request, 'identity', { value: caller, enumerable: true, configurable: true })
    }
    try {
      const step = chain(authenticator.admit(request, headerOf(request)), note)
      if (step instanceof Promise) {
        step.then(() => next(), next)
        return
      }
    } catch (error) {
      next(error)
      return
    }
    // Outside the try: what a handler throws is its own.
    next()
  }
  return Object.assign(middleware, guardOf(authenticator.pipeline), {
    require: (requirement: unknown, ...more: unknown[]) => middlewareOf(authenticator.narrow(requirement, more.length)),
    observe: (options: unknown) => watcherOf(authenticator.observe(options)),
  })
}

function watcherOf({ watch, observer }: Observation): ExpressObserver {
  const middleware = function authingGuardObserver(request: ExpressRequest, _: unknown, next: ExpressNext): void {
    watch(request, () => headerOf(request))
    next()
  }
  return Object.assign(middleware, observer)
}

/**
 * An error handler: `app.use(answerRefusals)`, behind all routes, answers a guard's refusals in JSON,
 * `{ error, error_description }`. Without it Express sends a page of HTML. Other errors go on to the next handler.
 */
export function answerRefusals(error: unknown, _: unknown, response: ExpressResponse, next: ExpressNext): void {
  if (!isGuardError(error) || response.headersSent) {
    next(error)
    return
  }
  response.statusCode = error.status
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value)
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.end(JSON.stringify(error))
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
