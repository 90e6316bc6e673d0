import { chain } from '../../common/maybe-promise.js'
import { readOptions } from '../../common/option-reader.js'
import { callback, type TableOf } from '../../common/options.js'
import { type AnyGuard, GuardError, type GuardOptions, isGuardError } from '../../guard/index.js'
import {
  type AdapterOptions,
  adapterOptions,
  authenticatorOf,
  type RequestAuthenticator,
} from '../shared/request-authenticator.js'
import { markAdmitted, type NestRequest } from './decorators.js'
import { asHttpExceptions } from './exception.js'
import {
  answer,
  authorizationOf,
  type NestContext,
  type NestHost,
  type RequestGetter,
  requestGetters,
  requestOf,
  writeHeaders,
} from './host.js'
import { metadata } from './metadata.js'
import { rulesOf } from './rules.js'

/**
 * A guard for Nest: `app.useGlobalGuards(new AuthingGuard({ issuer, appId }))` or `@UseGuards(...)`; with
 * {@link authingModule} also `@UseGuards(AuthingGuard)`, which then uses the module's settings. It works on HTTP, with
 * Express or Fastify, and on WebSocket gateways, where it verifies the client's token before every message.
 *
 * For a request without a valid token it throws a `GuardError`, which in Nest is an `HttpException` too. Nest does not
 * send an error's headers, so they are already on the response; {@link AuthingFilter} writes the rest of the answer.
 *
 * @example
 * ```ts
 * import { AuthingFilter, AuthingGuard } from 'authing-guard/nest'
 *
 * app.useGlobalGuards(new AuthingGuard({ issuer, appId }))
 * app.useGlobalFilters(new AuthingFilter())
 * ```
 */
export class AuthingGuard {
  readonly #settings: NestSettings
  readonly #byHandler = new WeakMap<object, WeakMap<object, RequestAuthenticator | 'public'>>()

  /**
   * Takes options, or a Guard; without an argument it reads `AUTHING_ISSUER`, `AUTHING_APP_ID` and, if set,
   * `AUTHING_APP_SECRET`. `adapter` says where else a token may be: `getToken` is called with the request, or with the
   * client of a gateway; and by `getRequest` where the request is in GraphQL.
   *
   * @throws {TypeError} where an option is missing, unknown or wrong.
   */
  constructor(...given: [options?: GuardOptions | AnyGuard, adapter?: NestAdapterOptions])
  constructor(...given: readonly unknown[]) {
    asHttpExceptions(GuardError.prototype)
    const [injected] = given
    this.#settings = injected instanceof NestSettings ? injected : settingsOf(given)
  }

  /**
   * Called by Nest. Returns true where the caller is admitted.
   *
   * @throws {GuardError} where the caller is refused.
   * @throws {TypeError} where `@Require()` has a requirement that this guard cannot check.
   */
  canActivate(context: NestContext): boolean | Promise<boolean> {
    const authenticator = this.#authenticatorFor(context)
    const admit = () => markAdmitted(context)
    const refuse = (error: unknown): never => {
      if (isGuardError(error)) {
        // The guard may be of another copy of this package.
        asHttpExceptions(Object.getPrototypeOf(error))
        writeHeaders(context, error)
      }
      throw error
    }
    if (authenticator === 'public') return admit()
    try {
      const request = requestOf(context, this.#settings.getRequest)
      const result = chain(authenticate(authenticator, context, request), admit)
      return result instanceof Promise ? result.catch(refuse) : result
    } catch (error) {
      return refuse(error)
    }
  }

  /** What this guard requires of a handler, compiled once. */
  #authenticatorFor(context: NestContext): RequestAuthenticator | 'public' {
    const [controller, handler] = [context.getClass(), context.getHandler()]
    const handlers = this.#byHandler.get(controller) ?? new WeakMap<object, RequestAuthenticator | 'public'>()
    const known = handlers.get(handler)
    if (known !== undefined) return known
    const { authenticator: wide, getRequest } = this.#settings
    if (getRequest !== undefined) requestGetters().set(controller, getRequest)
    const rules = rulesOf(controller, handler)
    const narrow = (one: RequestAuthenticator, requirement: unknown) => one.narrow(requirement, 0)
    const authenticator = rules === 'public' ? rules : rules.reduce(narrow, wide)
    this.#byHandler.set(controller, handlers.set(handler, authenticator))
    return authenticator
  }
}

/** Options of the adapter for Nest, besides those of its guard. */
export interface NestAdapterOptions extends AdapterOptions<NestRequest> {
  /**
   * Finds the HTTP request in contexts of other kinds than HTTP and gateways: the same object each time for one call. For
   * GraphQL `(context) => context.getArgs()[2].req`, or what `GqlExecutionContext` says. Default: none, and a handler of
   * another kind is refused (500), unless it is `@Public()`.
   */
  getRequest?(context: NestContext): unknown
}

const nestOptions = {
  ...adapterOptions,
  getRequest: callback<RequestGetter>(),
} satisfies TableOf<NestAdapterOptions>

/** What authingModule injects. */
class NestSettings {
  constructor(
    readonly authenticator: RequestAuthenticator,
    readonly getRequest: RequestGetter | undefined,
  ) {}
}

/** The arguments of {@link AuthingGuard}. @throws {TypeError} */
function settingsOf([guard, adapter = {}, ...more]: readonly unknown[]): NestSettings {
  const { getRequest, ...shared } = readOptions(nestOptions, adapter, 'adapter.')
  return new NestSettings(authenticatorOf([guard, shared, ...more]), getRequest)
}

/** A gateway's client is verified again for each message: its token may have expired since the last one. */
function authenticate(authenticator: RequestAuthenticator, context: NestContext, request: object) {
  const header = authorizationOf(context, request)
  if (context.getType() === 'ws') return authenticator.authenticateAnew(request, header)
  return authenticator.authenticateOnce(request, header)
}

/**
 * Exception filter that answers a guard's refusals in JSON, `{ error, error_description }`, with their headers; on a
 * gateway as an `exception` with the same members. Without it a refusal of `guard.authorize` in a handler has no
 * headers.
 *
 * @example
 * ```ts
 * import { AuthingFilter } from 'authing-guard/nest'
 *
 * app.useGlobalFilters(new AuthingFilter())
 * ```
 */
export class AuthingFilter {
  constructor() {
    // By brand: the guard may be of another copy of this package.
    const caught = [{ [Symbol.hasInstance]: isGuardError }]
    for (const target of [AuthingFilter, AuthingFilter.prototype]) {
      metadata('defineMetadata', '__filterCatchExceptions__', caught, target)
    }
  }

  /** Called by Nest. */
  catch(error: GuardError, host: NestHost): GuardError | undefined {
    return answer(host, error)
  }
}

/** What the guard's settings are injected by. */
const injectionToken = 'authing-guard'

/** A dynamic module, in the form that Nest expects. */
export interface NestModule {
  readonly module: typeof AuthingModule
  readonly global: true
  readonly providers: { readonly provide: string; readonly useValue: object }[]
  readonly exports: string[]
}

/** Nest's logs show its name. */
class AuthingModule {}

/**
 * A Nest module that puts the guard and the filter before every controller. In Nest, global guards and filters do not
 * apply to gateways: there use `@UseGuards(AuthingGuard)` and `@UseFilters(AuthingFilter)`. Takes the arguments of
 * {@link AuthingGuard}.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong.
 *
 * @example
 * ```ts
 * import { authingModule } from 'authing-guard/nest'
 *
 * export const appModule = { module: AppModule, imports: [authingModule({ issuer, appId })] }
 * ```
 */
export function authingModule(...given: [options?: GuardOptions | AnyGuard, adapter?: NestAdapterOptions]): NestModule {
  const settings = settingsOf(given)
  // As `@Inject()` does for the first parameter of the constructor.
  metadata('defineMetadata', 'self:paramtypes', [{ index: 0, param: injectionToken }], AuthingGuard)
  return {
    module: AuthingModule,
    global: true,
    providers: [
      { provide: injectionToken, useValue: settings },
      { provide: 'APP_GUARD', useValue: Reflect.construct(AuthingGuard, [settings]) },
      { provide: 'APP_FILTER', useValue: new AuthingFilter() },
    ],
    exports: [injectionToken],
  }
}

export type { Guard, GuardOptions, Identity, Requirement } from '../../guard/index.js'
export { createGuard, errorResponse, GuardError, isGuardError } from '../../guard/index.js'
export { identityOf, maybeIdentityOf } from '../shared/auth-record.js'
export type { AdapterOptions } from '../shared/request-authenticator.js'
export { CurrentIdentity, type NestRequest, Public, Require } from './decorators.js'
export type { NestContext, NestHost, RequestGetter } from './host.js'
export type { NestController } from './rules.js'
