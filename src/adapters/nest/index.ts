import { type GuardError, isGuardError } from '../../common/errors.js'
import { chain } from '../../common/maybe-promise.js'
import type { Guard } from '../../guard/guard.js'
import type { GuardOptions } from '../../guard/options.js'
import type { Caller } from '../../guard/pipeline.js'
import { type AdapterOptions, authenticatorOf, RequestAuthenticator } from '../shared/request-authenticator.js'
import { admit, type NestRequest } from './decorators.js'
import { answer, headerOf, type NestContext, type NestHost, requestOf, writeHeaders } from './host.js'
import { catches, injects } from './metadata.js'
import { rulesOf } from './rules.js'

/**
 * A guard for Nest: `app.useGlobalGuards(new AuthingGuard({ issuer, appId }))`, `@UseGuards(...)`; with
 * `authingModule()` also `@UseGuards(AuthingGuard)`, which is then the module's. On HTTP, by Express or Fastify,
 * and on WebSocket gateways, where it stands before every message and proves the client each time.
 *
 * Nobody without a valid token gets past it; refusals are thrown as a `GuardError`. Its headers are on the response by
 * then, since Nest leaves an error's headers out; {@link AuthingFilter} makes the rest of the answer.
 */
export class AuthingGuard {
  readonly #entrance: RequestAuthenticator
  readonly #entrances = new WeakMap<object, WeakMap<object, RequestAuthenticator | 'public'>>()

  /**
   * Takes options, or a Guard that there is; without an argument reads `AUTHING_ISSUER`, `AUTHING_APP_ID` and, if set,
   * `AUTHING_APP_SECRET`. `door` says where else a token may be; its function is handed the request, or the client of a
   * gateway.
   *
   * @throws {TypeError} where an option is missing, unknown or wrong.
   */
  constructor(...given: [options?: GuardOptions | Guard<Caller>, adapter?: AdapterOptions<NestRequest>])
  constructor(...given: readonly unknown[]) {
    const [injected] = given
    this.#entrance = injected instanceof RequestAuthenticator ? injected : authenticatorOf(given)
  }

  /**
   * Called by Nest: true where the caller may go on.
   *
   * @throws {GuardError} where they may not.
   * @throws {TypeError} where `@Require()` asks what this guard has no means to find out.
   */
  canActivate(context: NestContext): boolean | Promise<boolean> {
    const authenticator = this.#entranceOf(context)
    if (authenticator === 'public') {
      admit(context)
      return true
    }
    const refuse = (error: unknown): never => {
      if (isGuardError(error)) writeHeaders(context, error)
      throw error
    }
    try {
      const step = chain(proven(authenticator, context), () => {
        admit(context)
        return true
      })
      return step instanceof Promise ? step.catch(refuse) : step
    } catch (error) {
      return refuse(error)
    }
  }

  /** Worked out once for a handler: what this guard asks there. */
  #entranceOf(context: NestContext): RequestAuthenticator | 'public' {
    const [controller, handler] = [context.getClass(), context.getHandler()]
    const known = this.#entrances.get(controller)?.get(handler)
    if (known !== undefined) return known
    const { isPublic, requirements } = rulesOf(controller, handler)
    const narrow = (wide: RequestAuthenticator, { requirement, more }: (typeof requirements)[number]) =>
      wide.narrow(requirement, more)
    const authenticator = isPublic ? 'public' : requirements.reduce<RequestAuthenticator>(narrow, this.#entrance)
    const handlers = this.#entrances.get(controller) ?? new WeakMap<object, RequestAuthenticator | 'public'>()
    this.#entrances.set(controller, handlers.set(handler, authenticator))
    return authenticator
  }
}

/** A client of a gateway is proven anew by each message: its token may have ended since the last. */
function proven(authenticator: RequestAuthenticator, context: NestContext) {
  const request = requestOf(context)
  const header = headerOf(context)
  if (context.getType() === 'http') return authenticator.admit(request, header)
  return chain(authenticator.authenticate(header, request), (caller) => authenticator.remember(request, caller))
}

/**
 * Answers a guard's refusals in JSON, `{ error, error_description }`, with their headers; on a gateway as an `exception`
 * of the same. Without it Nest answers in its own form, and logs each refusal as an error.
 */
export class AuthingFilter {
  constructor() {
    // By shape: the guard may be of the other build (ESM or CJS) than this door.
    catches([{ [Symbol.hasInstance]: isGuardError }], AuthingFilter)
  }

  /** Called by Nest. */
  catch(error: GuardError, host: NestHost): void {
    answer(host, error)
  }
}

const token = 'authing-guard'

/** What Nest takes for a module. */
export interface NestModule {
  readonly module: typeof AuthingModule
  readonly global: true
  readonly providers: { readonly provide: string; readonly useValue: object }[]
  readonly exports: string[]
}

/** Its name in Nest's logs. */
class AuthingModule {}

/**
 * `imports: [authingModule({ issuer, appId })]`: the guard and the filter before every controller. In Nest 11 nothing
 * global stands before gateways: there write `@UseGuards(AuthingGuard)` and `@UseFilters(AuthingFilter)`. Takes what
 * {@link AuthingGuard} does.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong.
 */
export function authingModule(
  ...given: [options?: GuardOptions | Guard<Caller>, adapter?: AdapterOptions<NestRequest>]
): NestModule {
  const authenticator = authenticatorOf(given)
  injects(token, AuthingGuard)
  return {
    module: AuthingModule,
    global: true,
    providers: [
      { provide: token, useValue: authenticator },
      { provide: 'APP_GUARD', useValue: Reflect.construct(AuthingGuard, [authenticator]) },
      { provide: 'APP_FILTER', useValue: new AuthingFilter() },
    ],
    exports: [token],
  }
}

export type { Requirement } from '../../authorization/requirement.js'
export { errorResponse, GuardError } from '../../common/errors.js'
export type { Identity } from '../../common/identity.js'
export { createGuard, type Guard } from '../../guard/guard.js'
export type { GuardOptions } from '../../guard/options.js'
export { identityOf, maybeIdentityOf } from '../shared/auth-record.js'
export type { AdapterOptions } from '../shared/request-authenticator.js'
export { CurrentIdentity, type NestRequest, Public, Require } from './decorators.js'
export type { NestContext, NestHost } from './host.js'
