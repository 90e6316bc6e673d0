import { configError } from '../../common/config-error.js'
import type { Identity } from '../../common/identity.js'
import { chain, type MaybePromise } from '../../common/maybe-promise.js'
import { OptionReader } from '../../common/option-reader.js'
import { type Guard, pipelineOf } from '../../guard/guard.js'
import { type Observer, observerOf, watchOf } from '../../guard/observe.js'
import type { Caller, Pipeline } from '../../guard/pipeline.js'
import { authRecordOf, remember, type TokenSource } from './auth-record.js'

/** What belongs to a door, and not to the guard behind it. */
export interface AdapterOptions<Request = unknown> {
  /**
   * Where a token may be besides the Authorization header: a cookie, a WebSocket's upgrade request. Undefined or `''`
   * where there is none; a request with both is refused (400). Browsers send cookies on their own: whoever reads one
   * must keep forged requests (CSRF) out. Default: the header alone (RFC 6750, 2.1).
   */
  readonly token?: (request: Request) => string | undefined
}

/** Whom a guard lets in: an identity, or where credentials are optional nobody as well. */
export type CallerOf<G extends Guard<Caller>> = Awaited<ReturnType<G['authenticate']>>

/** A door that is watched, and lets everybody pass. */
export interface Observation {
  /** Tells what would become of a request. Its header is read within: that throws where the request is none. */
  readonly watch: (request: object, readHeader: () => unknown) => void
  readonly observer: Observer
}

/** A guard as a host meets it: the walk, and where else a token may be. */
export class RequestAuthenticator<Who extends Caller = Caller> {
  constructor(
    readonly pipeline: Pipeline<Who>,
    private readonly token: TokenSource | undefined,
  ) {}

  /** Proves who calls, by whatever credentials there are. @throws {GuardError} @throws {TypeError} */
  authenticate(header: unknown, request: unknown): MaybePromise<Who | Identity> {
    const token = this.token?.(request) ?? ''
    if (isThenable(token)) {
      token.then(nothing, nothing)
      throw configError('door.token must return the token itself, and returned a promise')
    }
    if (token === '') return this.pipeline.authenticate(header, request)
    const isAlone = header === undefined || header === null || header === ''
    // Of two credentials none is taken: the walk refuses a list, whatever is in it.
    return isAlone ? this.pipeline.verifyToken(token, request) : this.pipeline.authenticate([header, token], request)
  }

  /** The same for a request that may have passed this guard before: nothing is verified twice. @throws {GuardError} */
  admit(request: object, header: unknown): MaybePromise<Who | Identity> {
    const record = authRecordOf(request)
    const isOurs = record?.settings === this.pipeline.settings && record.token === this.token
    // The same caller as before, of whom there is a note already.
    if (isOurs) return this.pipeline.permit(record.caller, request)
    return chain(this.authenticate(header, request), (caller) => {
      this.remember(request, caller)
      return caller
    })
  }

  remember(request: object, caller: Caller): void {
    remember(request, { caller, settings: this.pipeline.settings, token: this.token })
  }

  /** The same door, to be watched alone. @throws {TypeError} */
  observe(options: unknown): Observation {
    const watch = watchOf(this.pipeline.settings, options)
    const quiet = new RequestAuthenticator(this.pipeline.quietly(), this.token)
    return {
      watch: (request, readHeader) => void watch(() => quiet.authenticate(readHeader(), request)),
      observer: observerOf(this.pipeline, watch),
    }
  }

  /** The same door with one requirement more. @throws {TypeError} */
  narrow(requirement: unknown, more: number): RequestAuthenticator<Identity> {
    return new RequestAuthenticator(this.pipeline.narrow(requirement, more), this.token)
  }
}

/**
 * The entrance of what a door was given: options or a Guard, or nothing at all; then options of the door.
 *
 * @throws {TypeError} where an option is missing, unknown or wrong.
 */
export function authenticatorOf(given: readonly unknown[]): RequestAuthenticator {
  const [guard, adapter, ...more] = given
  if (typeof guard === 'object' && guard !== null && 'headers' in guard) {
    throw configError(
      'authingGuard was handed over without being called: write app.use(authingGuard({ issuer, appId }))',
    )
  }
  if (more.length > 0) throw configError('a door takes two arguments: the options of a guard, or a Guard; { token }')
  return new RequestAuthenticator(pipelineOf(given.length === 0 ? [] : [guard]), tokenOf(adapter))
}

/**
 * The entrance of a Guard, for doors that wrap one handler: options here would make a guard, and fetch keys, for each.
 *
 * @throws {TypeError} where it is no Guard, or an option of the door is unknown or wrong.
 */
export function guardedBy<G extends Guard<Caller>>(guard: G, adapter: unknown): RequestAuthenticator<CallerOf<G>>
export function guardedBy(guard: unknown, adapter: unknown): RequestAuthenticator {
  const isGuard = ((typeof guard === 'object' && guard !== null) || typeof guard === 'function') && 'ready' in guard
  if (!isGuard)
    throw configError('the first argument must be a guard: make one with createGuard({ issuer, appId }), once')
  return authenticatorOf([guard, adapter])
}

function nothing(): void {}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function tokenOf(adapter: unknown): TokenSource | undefined {
  if (adapter === undefined) return undefined
  const given = new OptionReader(adapter, 'door.', ['token'])
  return given.optionalFunction<TokenSource>('token')
}
