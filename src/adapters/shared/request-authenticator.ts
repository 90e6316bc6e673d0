import { configError, invalidOption } from '../../common/config-error.js'
import { type GuardError, isGuardError } from '../../common/errors.js'
import type { Identity } from '../../common/identity.js'
import type { MaybePromise } from '../../common/maybe-promise.js'
import { readOptions } from '../../common/option-reader.js'
import { callback, choice, type TableOf } from '../../common/options.js'
import type { AnyGuard } from '../../guard/contract.js'
import { pipelineOf, settingsOfGuard } from '../../guard/guard.js'
import { observerOf, watchOf } from '../../guard/observe.js'
import type { GuardOptions } from '../../guard/options.js'
import type { Caller, Pipeline } from '../../guard/pipeline.js'
import { type AuthRecord, authRecordOf, authRecords, recordVersion, type TokenGetter } from './auth-record.js'

/** Options of an adapter, besides those of its guard. */
export interface AdapterOptions<Request = unknown> {
  /**
   * Finds a token outside the Authorization header: in a cookie, in a WebSocket's upgrade request. Returns undefined or
   * `''` where there is none. A request with a token in both is refused (400). Browsers send cookies by themselves: with
   * a cookie, protect the application against forged requests (CSRF). Default: the header alone (RFC 6750, 2.1).
   */
  readonly getToken?: ((request: Request) => string | undefined) | undefined
  /**
   * `'ignore'` takes the token from `getToken` alone, where the header belongs to something else: Basic credentials for a
   * proxy. Default: `'read'`.
   */
  readonly authorizationHeader?: 'read' | 'ignore' | undefined
}

/** Options of a guard that admits no anonymous caller. */
export type Options = GuardOptions & { readonly credentials?: 'required' }

/** The options of every adapter. */
export const adapterOptions = {
  getToken: callback<TokenGetter>(),
  authorizationHeader: choice(['read', 'ignore'], { default: 'read' }),
} satisfies TableOf<AdapterOptions>

/** What a guard admits: an identity, or undefined for an anonymous caller where credentials are optional. */
export type CallerOf<G extends AnyGuard> = Awaited<ReturnType<G['authenticate']>>

/** Reports the verdict on one request, and admits it. `readHeader` is called within, since reading the header may throw. */
export type Watch = (request: object, readHeader: () => unknown) => void

/** Authenticates the requests of one host: a guard's pipeline, and where else a token may be. */
export class RequestAuthenticator<Who extends Caller = Caller> {
  constructor(
    readonly pipeline: Pipeline<Who>,
    private readonly getToken: TokenGetter | undefined,
    private readonly readsHeader: boolean,
  ) {}

  /** Verifies the request's credentials, wherever they are. @throws {GuardError} @throws {TypeError} */
  authenticate(header: unknown, request: unknown): MaybePromise<Who | Identity> {
    return this.#authenticate(this.readsHeader ? header : undefined, this.#otherToken(request), request)
  }

  /**
   * The same, and records the caller. Where this guard has admitted the request with the same credentials less than a
   * second ago, only the requirements are checked: middlewares of one request verify it once. A host may use a request
   * object again, and a WebSocket's upgrade request is there for hours.
   *
   * @throws {GuardError} @throws {TypeError}
   */
  authenticateOnce(request: object, found: unknown): MaybePromise<Who | Identity> {
    const { pipeline } = this
    const header = this.readsHeader ? found : undefined
    const token = this.#otherToken(request)
    const record = authRecordOf(request)
    const isOwn = record?.settings === pipeline.settings && record.getToken === this.getToken
    if (
      isOwn &&
      record.header === header &&
      record.token === token &&
      isCurrent(record, pipeline.settings.verify.now())
    )
      return pipeline.permit(record.caller, request)
    return this.#authenticateAndRecord(request, header, token)
  }

  /** The same, verified again however young the record is. @throws {GuardError} @throws {TypeError} */
  authenticateAnew(request: object, header: unknown): MaybePromise<Who | Identity> {
    return this.#authenticateAndRecord(request, this.readsHeader ? header : undefined, this.#otherToken(request))
  }

  #authenticateAndRecord(request: object, header: unknown, token: unknown): MaybePromise<Who | Identity> {
    const result = this.#authenticate(header, token, request)
    // Without `chain`, which would need a closure for each request.
    if (result instanceof Promise) return result.then((caller) => this.#record(request, caller, header, token))
    return this.#record(request, result, header, token)
  }

  #authenticate(header: unknown, token: unknown, request: unknown): MaybePromise<Who | Identity> {
    if (token === '') return this.pipeline.authenticate(header, request)
    const isAlone = header === undefined || header === null || header === ''
    // With two credentials neither is used: the pipeline refuses a list, whatever is in it.
    return isAlone ? this.pipeline.verifyToken(token, request) : this.pipeline.authenticate([header, token], request)
  }

  /** The token outside the header; `''` where there is none. @throws {TypeError} */
  #otherToken(request: unknown): unknown {
    if (this.getToken === undefined) return ''
    const token = this.getToken(request) ?? ''
    if (!isThenable(token)) return token
    token.then(ignore, ignore)
    throw configError('getToken must return the token itself, and returned a promise')
  }

  #record<C extends Caller>(request: object, caller: C, header: unknown, token: unknown): C {
    const { settings } = this.pipeline
    const at = settings.verify.now()
    authRecords().set(request, { version: recordVersion, caller, settings, getToken: this.getToken, header, token, at })
    return caller
  }

  /** The same adapter as an observer, for the host that `middlewareOf` is about. @throws {TypeError} for wrong options. */
  observe<Middleware extends object>(options: unknown, middlewareOf: (watch: Watch) => Middleware) {
    const watch = watchOf(this.pipeline.settings, options)
    const quiet = new RequestAuthenticator(this.pipeline.quietly(), this.getToken, this.readsHeader)
    const middleware = middlewareOf(
      (request, readHeader) => void watch(() => quiet.authenticate(readHeader(), request)),
    )
    return Object.assign(middleware, observerOf(this.pipeline, watch))
  }

  /** The same adapter with one more requirement. @throws {TypeError} for a requirement that is not understood. */
  narrow(requirement: unknown, extraArgCount: number): RequestAuthenticator<Identity> {
    return new RequestAuthenticator(this.pipeline.narrow(requirement, extraArgCount), this.getToken, this.readsHeader)
  }
}

/**
 * Reads the arguments of an adapter: the options of a guard, or a Guard, or nothing; then the adapter's own options.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong.
 */
export function authenticatorOf(given: readonly unknown[]): RequestAuthenticator {
  const [guard, adapter = {}, ...more] = given
  if ('headers' in Object(guard)) {
    throw configError(
      'authingGuard was passed as a middleware without being called: write app.use(authingGuard({ issuer, appId }))',
    )
  }
  if (more.length > 0) {
    throw configError('an adapter takes two arguments: the options of a guard, or a Guard; and { getToken }')
  }
  const pipeline = pipelineOf(given.slice(0, 1))
  const { getToken, authorizationHeader } = readOptions(adapterOptions, adapter, 'adapter.')
  if (authorizationHeader === 'ignore' && getToken === undefined) {
    throw invalidOption('adapter.authorizationHeader', "is 'ignore', which needs getToken to find the token")
  }
  return new RequestAuthenticator(pipeline, getToken, authorizationHeader === 'read')
}

/**
 * The same for adapters that wrap one handler. They take a Guard only: with options, each handler would make a guard of
 * its own, and fetch keys for it.
 *
 * @throws {TypeError} where it is not a Guard, or an option of the adapter is unknown or wrong.
 */
export function authenticatorOfGuard(guard: AnyGuard, adapter: unknown): RequestAuthenticator {
  settingsOfGuard(guard)
  return authenticatorOf([guard, adapter])
}

/** Puts the caller where handlers look. For handlers only: authorization reads the record, which no other code writes. */
export function expose(holder: { identity?: Caller }, caller: Caller): void {
  holder.identity = caller
}

/** Returns a refusal that was thrown. Throws anything else on, since it is not the guard's. */
export function refusalOf(error: unknown): GuardError {
  if (isGuardError(error)) return error
  throw error
}

/** Milliseconds for which a record counts: then a token may be revoked, and a key removed. */
const maxRecordAge = 1000

/** Whether a record of the same credentials still counts. False where a clock was set back. */
function isCurrent({ caller, at }: AuthRecord, now: number): boolean {
  return now >= at && now < at + maxRecordAge && (caller === undefined || now < caller.expiresAt * 1000)
}

function ignore(): void {}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/** The mistake of `app.use(authingErrorHandler())`. */
export function errorHandlerCalled(): TypeError {
  return configError('authingErrorHandler was called: pass it without calling it, app.use(authingErrorHandler)')
}
