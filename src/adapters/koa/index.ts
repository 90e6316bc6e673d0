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

/** The part of a Koa context that a refusal is written with. */
export interface KoaResponseContext {
  status: number
  body: unknown
  readonly headerSent: boolean
  /** Koa's `set`. */
  set(headers: { [name: string]: string }): void
}

/** What your functions are called with (a requirement's, `getToken`), unless they declare Koa's own context. */
export interface RoutedContext {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
  /** Set where a router runs before the guard. */
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

/** A guard that is also a Koa middleware: `app.use(guard)`, or for one route. */
export interface KoaGuard<Who extends AnyCaller = Identity> extends GuardFor<Who> {
  (context: KoaContext, next: KoaNext): Promise<unknown>
  /**
   * Makes a stricter middleware. It authenticates by itself; after this guard it does not verify the token again.
   *
   * @throws {TypeError} for a requirement that is not understood.
   */
  require<Context = RoutedContext>(requirement: Requirement<Context>): KoaGuard<NonNullable<Who>>
  /**
   * Makes a middleware that tries this guard on a live system. It emits an `observed` event that says what the guard would
   * have done. It refuses no request, delays none, sets no identity, and stops at `until`.
   *
   * @throws {TypeError} where `until` is not a time, or is more than 30 days ahead.
   */
  observe(options: ObserveOptions): KoaObserver
}

/** A guard that only observes, as a Koa middleware: `app.use(guard.observe({ until: '2026-01-31' }))`. */
export interface KoaObserver extends Observer {
  (context: KoaContext, next: KoaNext): Promise<void>
}

/**
 * Makes a guard for Koa from options, or from a Guard. Without an argument it reads `AUTHING_ISSUER`, `AUTHING_APP_ID`
 * and, if set, `AUTHING_APP_SECRET`. `adapter` says where else a token may be.
 *
 * For a request without a valid token it throws a `GuardError`, which Koa answers by its `status` and `headers`;
 * {@link authingErrorHandler} answers it in JSON. The caller is at `identityOf(ctx)`, and on `ctx.state.identity`.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong.
 *
 * @example
 * ```ts
 * import { authingGuard, identityOf } from 'authing-guard/koa'
 *
 * app.use(authingGuard({ issuer: 'https://my-app.authing.cn/oidc', appId: '5f17a529f64fb009b794a2ff' }))
 * app.use((ctx) => {
 *   ctx.body = identityOf(ctx)
 * })
 * ```
 */
export function authingGuard<G extends AnyGuard, Context = RoutedContext>(
  guard: G,
  adapter?: AdapterOptions<Context>,
): KoaGuard<CallerOf<G>>
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

function middlewareOf<Who extends Caller>(authenticator: RequestAuthenticator<Who>): KoaGuard<Who | Identity> {
  // Not `async`: where nothing is waited for, Koa gets the promise of the next middleware, and no second one.
  const middleware = function authingGuardMiddleware(context: KoaContext, next: KoaNext): Promise<unknown> {
    try {
      const result = authenticator.authenticateOnce(context, authorizationOf(context.req))
      if (result instanceof Promise) return result.then((caller) => expose(context.state, caller)).then(() => next())
      expose(context.state, result)
    } catch (error) {
      return Promise.reject(error)
    }
    // Outside the try: what a handler throws is not the guard's.
    return next()
  }
  return Object.assign(middleware, guardOf(authenticator.pipeline), {
    require: (requirement: unknown, ...more: unknown[]) => middlewareOf(authenticator.narrow(requirement, more.length)),
    observe: (options: unknown) => authenticator.observe(options, observerMiddleware),
  })
}

function observerMiddleware(watch: Watch) {
  return async function authingGuardObserver(context: KoaContext, next: KoaNext): Promise<void> {
    watch(context, () => authorizationOf(context.req))
    await next()
  }
}

/**
 * Middleware that answers a guard's refusals in JSON, `{ error, error_description }`, with their headers. Put it before
 * all other middlewares; without it Koa answers in plain text. Other errors are thrown on.
 *
 * @example
 * ```ts
 * import { authingErrorHandler, authingGuard } from 'authing-guard/koa'
 *
 * app.use(authingErrorHandler)
 * app.use(authingGuard({ issuer, appId }))
 * ```
 */
export function authingErrorHandler(context: KoaResponseContext, next: KoaNext): Promise<void> {
  // Not in an async function: the mistake shows at wiring, before Koa says that a promise is no middleware.
  if (next === undefined) throw errorHandlerCalled()
  return answerRefusals(context, next)
}

async function answerRefusals(context: KoaResponseContext, next: KoaNext): Promise<void> {
  try {
    await next()
  } catch (error) {
    if (!isGuardError(error) || context.headerSent) throw error
    context.status = error.status
    context.set(error.headers)
    context.body = JSON.stringify(error)
    // After the body, for which Koa sets a type of its own.
    context.set({ 'Content-Type': 'application/json; charset=utf-8' })
  }
}

export type { Guard, GuardOptions, Identity, ObserveOptions, Requirement } from '../../guard/index.js'
export { errorResponse, GuardError, isGuardError } from '../../guard/index.js'
export { identityOf, maybeIdentityOf } from '../shared/auth-record.js'
export type { HostRequest } from '../shared/node-request.js'
export type { AdapterOptions, CallerOf } from '../shared/request-authenticator.js'
