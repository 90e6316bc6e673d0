import { advice } from '../../common/config-error.js'
import type { Identity } from '../../common/identity.js'
import type { Caller, Walk } from '../../guard/pipeline.js'

/** Where a door finds a token besides the Authorization header. */
export type TokenSource = (request: unknown) => unknown

/** Whom a guard has let in; worth something to a door with the same settings and sources, and to no other. */
export interface Proof {
  readonly caller: Caller
  readonly settings: Walk['settings']
  readonly token: TokenSource | undefined
}

/** As a constructor it gives back what it is handed, so that a class that extends it puts its private fields there. */
function handed(request: object): object {
  return request
}
const Handed = handed as unknown as new (request: object) => object

/** A note on the request itself that nobody else can read, write or forge: what another middleware put there is none. */
class Noted extends Handed {
  #proof: Proof

  private constructor(request: object, proof: Proof) {
    super(request)
    this.#proof = proof
  }

  static note(request: object, proof: Proof): void {
    if (#proof in request) request.#proof = proof
    else new Noted(request, proof)
  }

  static of(request: object): Proof | undefined {
    // What JavaScript hands over may be no request at all: that is nobody's.
    return Object(request) === request && #proof in request ? request.#proof : undefined
  }
}

/** The same beside the request, where nothing can be put on it, or only slowly. */
const proofs = new WeakMap<object, Proof>()

/** Notes on a host's request (a Koa context, a WebSocket) whom a guard let in. */
export function remember(request: object, proof: Proof): void {
  if (isOfExpress(request) || proofs.has(request) || !Object.isExtensible(request)) proofs.set(request, proof)
  else Noted.note(request, proof)
}

export function proofOf(request: object): Proof | undefined {
  return proofs.get(request) ?? Noted.of(request)
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
    throw advice(
      proofOf(request) !== undefined
        ? "the caller is anonymous, which credentials: 'optional' allows: use maybeIdentityOf here"
        : 'no guard has let this request in: put app.use(guard), or the guard itself, before this handler',
    )
  }
  return identity
}

/** Who calls, or undefined where the caller is anonymous or no guard has let this request in. */
export function maybeIdentityOf(request: object): Identity | undefined {
  return proofOf(request)?.caller
}
