import { configError } from '../../common/config-error.js'
import type { Identity } from '../../common/identity.js'
import type { MaybePromise } from '../../common/maybe-promise.js'
import { readOptions } from '../../common/option-reader.js'
import { callback, type TableOf } from '../../common/options.js'
import { type Guard, pipelineOf } from '../../guard/guard.js'
import { type Observer, observerOf, watchOf } from '../../guard/observe.js'
import type { Caller, Pipeline } from '../../guard/pipeline.js'
import { authRecordOf, recordCaller, type TokenGetter } from './auth-record.js'

/** Options of an adapter, besides those of its guard. */
export interface AdapterOptions<Request = unknown> {
  /**
   * Finds a token outside the Authorization header: in a cookie, in a WebSocket's upgrade request. Returns undefined or
   * `''` where there is none. A request with a token in both is refused (400). Browsers send cookies by themselves: with
   * a cookie, protect the application against forged requests (CSRF). Default: the header alone (RFC 6750, 2.1).
   */
  readonly getToken?: (request: Request) => string | undefined
}

const adapterOptions = { getToken: callback<TokenGetter>() } satisfies TableOf<AdapterOptions>

/** What a guard admits: an identity, or undefined for an anonymous caller where credentials are optional. */
export type CallerOf<G extends Guard<Caller>> = Awaited<ReturnType<G['authenticate']>>

/** What `observe` makes of an adapter: it reports verdicts and admits every request. */
export interface Observation {
  /** Reports the verdict on one request. `readHeader` is called within, since reading the header may throw. */
  readonly watch: (request: object, readHeader: () => unknown) => void
  readonly observer: Observer
}

/** Authenticates the requests of one host: a guard's pipeline, and where else a token may be. */
export class RequestAuthenticator<Who extends Caller = Caller> {
  constructor(
    readonly pipeline: Pipeline<Who>,
    private readonly getToken: TokenGetter | undefined,
  ) {}

  /** Verifies the request's credentials, wherever they are. @throws {GuardError} @throws {TypeError} */
  authenticate(header: unknown, request: unknown): MaybePromise<Who | Identity> {
    if (this.getToken === undefined) return this.pipeline.authenticate(header, request)
    const token = this.getToken(request) ?? ''
    if (isThenable(token)) {
      token.then(ignore, ignore)
      throw configError('getToken must return the token itself, and returned a promise')
    }
    if (token === '') return this.pipeline.authenticate(header, request)
    const isAlone = header === undefined || header === null || header === ''
    // With two credentials neither is used: the pipeline refuses a list, whatever is in it.
    return isAlone ? this.pipeline.verifyToken(token, request) : this.pipeline.authenticate([header, token], request)
  }

  /**
   * The same, and records the caller. A request that this guard has admitted before is not verified again: only the
   * requirements are checked.
   *
   * @throws {GuardError} @throws {TypeError}
   */
  authenticateOnce(request: object, header: unknown): MaybePromise<Who | Identity> {
    const record = authRecordOf(request)
    const isOwn = record?.settings === this.pipeline.settings && record.getToken === this.getToken
    if (isOwn) return this.pipeline.permit(record.caller, request)
    const result = this.authenticate(header, request)
    // Without `chain`, which would need a closure for each request.
    if (result instanceof Promise) return result.then((caller) => this.record(request, caller))
    return this.record(request, result)
  }

  /** Records that this guard has admitted the request. Returns the caller. */
  record<C extends Caller>(request: object, caller: C): C {
    recordCaller(request, caller, this.pipeline.settings, this.getToken)
    return caller
  }

  /** The same adapter as an observer. @throws {TypeError} for wrong options. */
  observe(options: unknown): Observation {
    const watch = watchOf(this.pipeline.settings, options)
    const quiet = new RequestAuthenticator(this.pipeline.quietly(), this.getToken)
    return {
      watch: (request, readHeader) => void watch(() => quiet.authenticate(readHeader(), request)),
      observer: observerOf(this.pipeline, watch),
    }
  }

  /** The same adapter with one more requirement. @throws {TypeError} for a requirement that is not understood. */
  narrow(requirement: unknown, extraArgCount: number): RequestAuthenticator<Identity> {
    return new RequestAuthenticator(this.pipeline.narrow(requirement, extraArgCount), this.getToken)
  }
}

/**
 * Reads the arguments of an adapter: the options of a guard, or a Guard, or nothing; then the adapter's own options.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong.
 */
export function authenticatorOf(given: readonly unknown[]): RequestAuthenticator {
  const [guard, adapter, ...more] = given
  if (typeof guard === 'object' && guard !== null && 'headers' in guard) {
    throw configError(
      'authingGuard was passed as a middleware without being called: write app.use(authingGuard({ issuer, appId }))',
    )
  }
  if (more.length > 0) {
    throw configError('an adapter takes two arguments: the options of a guard, or a Guard; and { getToken }')
  }
  return new RequestAuthenticator(pipelineOf(given.length === 0 ? [] : [guard]), getTokenOf(adapter))
}

/**
 * The same for adapters that wrap one handler. They take a Guard only: with options, each handler would make a guard of
 * its own, and fetch keys for it.
 *
 * @throws {TypeError} where it is not a Guard, or an option of the adapter is unknown or wrong.
 */
export function authenticatorOfGuard<G extends Guard<Caller>>(
  guard: G,
  adapter: unknown,
): RequestAuthenticator<CallerOf<G>>
export function authenticatorOfGuard(guard: unknown, adapter: unknown): RequestAuthenticator {
  const isGuard = ((typeof guard === 'object' && guard !== null) || typeof guard === 'function') && 'ready' in guard
  if (!isGuard)
    throw configError('the first argument must be a guard: make one with createGuard({ issuer, appId }), once')
  return authenticatorOf([guard, adapter])
}

function ignore(): void {}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function getTokenOf(adapter: unknown): TokenGetter | undefined {
  if (adapter === undefined) return undefined
  return readOptions(adapterOptions, adapter, 'adapter.').getToken
}
