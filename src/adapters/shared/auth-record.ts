import { configError } from '../../common/config-error.js'
import type { Identity } from '../../common/identity.js'
import type { Caller, Pipeline } from '../../guard/pipeline.js'

/** Where a door finds a token besides the Authorization header. */
export type TokenSource = (request: unknown) => unknown

/** Whom a guard has let in; worth something to a door with the same settings and sources, and to no other. */
export interface AuthRecord {
  readonly caller: Caller
  readonly settings: Pipeline['settings']
  readonly token: TokenSource | undefined
}

/** As a constructor it gives back what it is handed, so that a class that extends it puts its private fields there. */
function handed(request: object): object {
  return request
}
const Handed = handed as unknown as new (request: object) => object

/** A note on the request itself that nobody else can read, write or forge: what another middleware put there is none. */
class Noted extends Handed {
  #record: AuthRecord

  private constructor(request: object, record: AuthRecord) {
    super(request)
    this.#record = record
  }

  static note(request: object, record: AuthRecord): void {
    if (#record in request) request.#record = record
    else new Noted(request, record)
  }

  static of(request: object): AuthRecord | undefined {
    // What JavaScript hands over may be no request at all: that is nobody's.
    return Object(request) === request && #record in request ? request.#record : undefined
  }
}

/** The same beside the request, where nothing can be put on it, or only slowly. */
const records = new WeakMap<object, AuthRecord>()

/** Notes on a host's request (a Koa context, a WebSocket) whom a guard let in. */
export function remember(request: object, record: AuthRecord): void {
  if (isOfExpress(request) || records.has(request) || !Object.isExtensible(request)) records.set(request, record)
  else Noted.note(request, record)
}

export function authRecordOf(request: object): AuthRecord | undefined {
  return records.get(request) ?? Noted.of(request)
}

/**
 * Express gives each request another prototype, after which whatever is added to it costs more than a map's entry. Where
 * it is cheap, a map's entry is the dearer one: the garbage collector has to look after it.
 */
function isOfExpress(request: object): boolean {
  return Object.hasOwn(Object.getPrototypeOf(request) ?? request, 'app')
}

/**
 * Who calls. Takes what the host hands over: an Express or Nest request, a Koa context.
 *
 * @throws {TypeError} where no guard has let this request in, or the caller is anonymous.
 */
export function identityOf(request: object): Identity {
  const identity = maybeIdentityOf(request)
  if (identity === undefined) {
    throw configError(
      authRecordOf(request) !== undefined
        ? "the caller is anonymous, which credentials: 'optional' allows: use maybeIdentityOf here"
        : 'no guard has let this request in: put app.use(guard), or the guard itself, before this handler',
    )
  }
  return identity
}

/** Who calls, or undefined where the caller is anonymous or no guard has let this request in. */
export function maybeIdentityOf(request: object): Identity | undefined {
  return authRecordOf(request)?.caller
}
