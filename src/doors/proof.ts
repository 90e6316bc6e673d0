import { advice } from '../core/advice.js'
import type { Identity } from '../core/identity.js'
import type { Caller, Walk } from '../core/walk.js'

/** Where a door finds a token besides the Authorization header. */
export type TokenSource = (request: unknown) => unknown

/** Whom a guard has let in; worth something to a door with the same settings and sources, and to no other. */
export interface Proof {
  readonly caller: Caller
  readonly settings: Walk['settings']
  readonly token: TokenSource | undefined
}

/**
 * Private: what another middleware put on a request is no proof. A private field of the request would be as safe, and
 * in Express slower: whatever is added to its request costs three times a map's entry.
 */
const proofs = new WeakMap<object, Proof>()

/** Notes on a host's request (a Koa context, a WebSocket) whom a guard let in. */
export function remember(request: object, proof: Proof): void {
  proofs.set(request, proof)
}

export function proofOf(request: object): Proof | undefined {
  return proofs.get(request)
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
      proofs.has(request)
        ? "the caller is anonymous, which credentials: 'optional' allows: use maybeIdentityOf here"
        : 'no guard has let this request in: put app.use(guard), or the guard itself, before this handler',
    )
  }
  return identity
}

/** Who calls, or undefined where the caller is anonymous or no guard has let this request in. */
export function maybeIdentityOf(request: object): Identity | undefined {
  return proofs.get(request)?.caller
}
